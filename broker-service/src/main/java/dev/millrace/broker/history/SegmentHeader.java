package dev.millrace.broker.history;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How each file begins, little-endian:
 *
 * <pre>
 *   0   8   "MRHIST01"
 *   8   8   seed of the keys
 *  16   8   base of the times, epoch milliseconds
 *  24   8   time of the newest entry, epoch milliseconds
 *  32   4   entries
 *  36   4   buckets; 0 while the segment is open
 *  40   4   bytes of texts
 *  44   4   CRC32C of all that
 *  48  16   zeros
 * </pre>
 *
 * Of an open segment the newest entry, the number of entries and that of texts are not known: they are 0.
 */
record SegmentHeader(long seed, long baseMillis, long lastMillis, int entries, int buckets, int textBytes) {

    static final int BYTES = 64;

    private static final long MAGIC = ByteBuffer.wrap("MRHIST01".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    private static final int CRC_AT = 44;

    static SegmentHeader open(long seed, long baseMillis) {
        return new SegmentHeader(seed, baseMillis, 0, 0, 0, 0);
    }

    void writeTo(ByteBuffer target) {
        ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putLong(seed).putLong(baseMillis).putLong(lastMillis);
        header.putInt(entries).putInt(buckets).putInt(textBytes).putInt(crc(header));
        target.put(header.rewind());
    }

    /**
     * @throws UnreadableFileException if this is no header
     */
    static SegmentHeader readFrom(ByteBuffer source) throws UnreadableFileException {
        ByteBuffer header = source.order(ByteOrder.LITTLE_ENDIAN);
        if (header.remaining() < BYTES) {
            throw new UnreadableFileException("it has only " + header.remaining() + " bytes");
        }
        if (header.getInt(CRC_AT) != crc(header)) {
            throw new UnreadableFileException("its header is damaged");
        }
        if (header.getLong() != MAGIC) {
            throw new UnreadableFileException("it is not of this version");
        }
        return new SegmentHeader(
                header.getLong(),
                header.getLong(),
                header.getLong(),
                header.getInt(),
                header.getInt(),
                header.getInt());
    }

    private static int crc(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(0, CRC_AT));
        return (int) crc.getValue();
    }
}
