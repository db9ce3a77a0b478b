package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One file of the log. It covers the positions from {@link #base} on; the byte at position {@code p} lies at {@code p
 * - base} in the file. Its header:
 *
 * <pre>
 *  offset  bytes
 *       0      8  "MILLRACE"
 *       8      4  format version, 3
 *      12      4  size of the segment in bytes
 *      16      8  base position
 *      24      4  CRC32C of the bytes before
 *      28    484  zero
 * </pre>
 */
record Segment(long base, int size, StorageFile file) {

    static final int HEADER_BYTES = RecordFormat.SECTOR_BYTES;

    private static final long MAGIC = 0x4d494c4c52414345L;
    /** Changes with the layout of segments, and with that of the records in them. */
    private static final int VERSION = 4;

    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = 24;

    /** Position of the first record. */
    long start() {
        return base + HEADER_BYTES;
    }

    /** First position behind the segment. */
    long end() {
        return base + size;
    }

    boolean contains(long position) {
        return position >= base && position < end();
    }

    void writeHeader() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(size).putLong(base);
        header.putInt(checksum(header)).clear();
        file.write(header, 0);
    }

    /**
     * Reads the header of an existing file.
     *
     * @return null if there is no header (the file was being made when the process ended)
     * @throws LogCorruptException if it is the header of something else
     */
    static Segment read(StorageFile file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        if (file.read(header, 0) < HEADER_BYTES || header.getLong(0) == 0) {
            return null;
        }
        if (header.getLong(0) != MAGIC) {
            throw new LogCorruptException(
                    "The file " + file.name()
                            + " is not a log segment of this broker; the data directory belongs to something else or is damaged.");
        }
        if (header.getInt(CRC_OFFSET) != checksum(header)) {
            throw new LogCorruptException("The header of the log segment " + file.name()
                    + " is damaged (its checksum does not match); restore the data directory from a copy.");
        }
        if (header.getInt(VERSION_OFFSET) != VERSION) {
            throw new LogCorruptException("The log segment " + file.name() + " has format version "
                    + header.getInt(VERSION_OFFSET) + ", this broker reads version " + VERSION
                    + ": drain it with the broker that wrote it, or start with an empty data directory.");
        }
        return new Segment(header.getLong(16), header.getInt(12), file);
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_OFFSET));
        return (int) crc.getValue();
    }
}
