package dev.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a snapshot lies in its file. Big-endian: a header, blocks, and a last block without bytes, behind which the file
 * ends.
 *
 * <pre>
 *  header   offset  bytes
 *                0      8  "MILLSNAP"
 *                8      4  format version, 2
 *               12      4  zero
 *               16      8  position in the log that the snapshot stands for
 *               24      4  CRC32C of the bytes before
 *
 *  block    offset  bytes
 *                0      4  length of the body, 0 in the last block
 *                4      4  CRC32C of this block's offset in the file (8 bytes) and the body
 *                8      n  body
 * </pre>
 *
 * A block holds whole entries only; what an entry is, its writer and its reader agree on.
 */
final class SnapshotFormat {

    static final int HEADER_BYTES = 28;
    static final int BLOCK_HEADER_BYTES = 8;
    static final int MAX_BLOCK_BYTES = 256 << 10;

    private static final long MAGIC = 0x4d494c4c534e4150L;
    private static final int VERSION = 3;
    private static final int CRC_OFFSET = 24;

    private SnapshotFormat() {}

    static ByteBuffer header(long position) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(position);
        return header.putInt(checksum(header.slice(0, CRC_OFFSET))).flip();
    }

    static boolean isHeader(ByteBuffer header, long position) {
        return header.equals(header(position));
    }

    static int blockChecksum(long offset, ByteBuffer body) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        crc.update(body.duplicate());
        return (int) crc.getValue();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
