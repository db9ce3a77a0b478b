package dev.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How one record lies in a segment. Big-endian, aligned to 8 bytes:
 *
 * <pre>
 *  offset  bytes
 *       0      4  length of header and body, without padding
 *       4      4  CRC32C of everything from offset 8 to the length
 *       8      8  position of this record in the log
 *      16      4  unsynced: how many bytes before this record were not yet known to be synced when it was written
 *      20      1  type
 *      21      3  zero
 *      24      n  body
 * </pre>
 *
 * The position makes a record of the segment's former life recognisable after the segment was recycled. The unsynced
 * count is what tells rot from a torn tail: a good record says that everything up to {@code position - unsynced} had
 * been on disk, so damage before that point is not what a crash can leave behind.
 */
final class RecordFormat {

    static final int HEADER_BYTES = 24;
    static final int ALIGNMENT = 8;

    /**
     * The least that a disk writes. A sector that is being written when the power goes may come back as anything. So
     * what is synced and what is not must never share one: every batch begins at a sector's start, or at that of a
     * larger block ({@link LogSettings#blockBytes}).
     */
    static final int SECTOR_BYTES = 512;

    /** Fills a batch up to the end of its last block. */
    static final byte PADDING = 126;

    /** Says that the rest of the segment is unused and that the log goes on in the next. */
    static final byte END_OF_SEGMENT = 127;

    private static final int CRC_OFFSET = 4;
    private static final int POSITION_OFFSET = 8;
    private static final int UNSYNCED_OFFSET = 16;
    private static final int TYPE_OFFSET = 20;

    private RecordFormat() {}

    /** Zeros, to the end of a block. */
    record Padding(int length) implements RecordBody {
        @Override
        public byte type() {
            return PADDING;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.put(new byte[length]);
        }
    }

    static int align(int bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Writes header, body and padding at the buffer's position. */
    static void write(ByteBuffer target, byte type, RecordBody body, long position, long syncedPosition) {
        int start = target.position();
        int length = HEADER_BYTES + (body == null ? 0 : body.length());
        target.putInt(start, length);
        target.putLong(start + POSITION_OFFSET, position);
        target.putInt(start + UNSYNCED_OFFSET, (int) Math.min(position - syncedPosition, Integer.MAX_VALUE));
        target.putInt(start + TYPE_OFFSET, type << 24);
        target.position(start + HEADER_BYTES);
        if (body != null) {
            body.writeTo(target);
        }
        if (target.position() != start + length) {
            throw new IllegalStateException("record of type " + type + " announced " + length + " bytes and wrote "
                    + (target.position() - start));
        }
        target.putInt(start + CRC_OFFSET, checksum(target, start, length));
        while (target.position() < start + align(length)) {
            target.put((byte) 0);
        }
    }

    /**
     * Whether the bytes at {@code start} are a whole and undamaged record of that position.
     *
     * @param limit where the segment's bytes end
     */
    static boolean isValid(ByteBuffer source, int start, int limit, long position) {
        if (limit - start < HEADER_BYTES) {
            return false;
        }
        int length = source.getInt(start);
        return length >= HEADER_BYTES
                && length <= limit - start
                && source.getLong(start + POSITION_OFFSET) == position
                && source.getInt(start + CRC_OFFSET) == checksum(source, start, length);
    }

    static int length(ByteBuffer source, int start) {
        return source.getInt(start);
    }

    static byte type(ByteBuffer source, int start) {
        return source.get(start + TYPE_OFFSET);
    }

    /** Everything before this position was on disk when the record at {@code start} was written. */
    static long syncedBefore(ByteBuffer source, int start) {
        return source.getLong(start + POSITION_OFFSET) - source.getInt(start + UNSYNCED_OFFSET);
    }

    static ByteBuffer body(ByteBuffer source, int start) {
        return source.slice(start + HEADER_BYTES, length(source, start) - HEADER_BYTES);
    }

    private static int checksum(ByteBuffer source, int start, int length) {
        CRC32C crc = new CRC32C();
        crc.update(source.slice(start + POSITION_OFFSET, length - POSITION_OFFSET));
        return (int) crc.getValue();
    }
}
