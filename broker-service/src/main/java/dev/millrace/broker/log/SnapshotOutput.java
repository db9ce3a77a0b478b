package dev.millrace.broker.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Takes the entries of a snapshot and writes them in blocks. Used by one thread. */
public final class SnapshotOutput {

    /** The largest entry in bytes. */
    public static final int MAX_ENTRY_BYTES = SnapshotFormat.MAX_BLOCK_BYTES;

    /**
     * Synced this often on the way, so that the log's own syncs never find a long row of the snapshot's bytes before
     * them.
     */
    private static final int SYNC_BYTES = 8 << 20;

    private final StorageFile file;
    private final ByteBuffer block =
            ByteBuffer.allocateDirect(SnapshotFormat.BLOCK_HEADER_BYTES + SnapshotFormat.MAX_BLOCK_BYTES);
    private long offset;
    private long syncedOffset;

    SnapshotOutput(StorageFile file, long position) throws IOException {
        this.file = file;
        file.write(SnapshotFormat.header(position), 0);
        offset = SnapshotFormat.HEADER_BYTES;
        block.position(SnapshotFormat.BLOCK_HEADER_BYTES);
    }

    /**
     * Makes room for one entry.
     *
     * @param bytes the entry's length, at most {@link #MAX_ENTRY_BYTES}
     * @return where to put it; valid until the next call
     */
    public ByteBuffer entry(int bytes) {
        if (block.remaining() < bytes) {
            try {
                writeBlock();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return block;
    }

    void finish() throws IOException {
        if (block.position() > SnapshotFormat.BLOCK_HEADER_BYTES) {
            writeBlock();
        }
        writeBlock();
        file.sync();
    }

    private void writeBlock() throws IOException {
        int length = block.position() - SnapshotFormat.BLOCK_HEADER_BYTES;
        ByteBuffer body = block.slice(SnapshotFormat.BLOCK_HEADER_BYTES, length);
        block.putInt(0, length).putInt(Integer.BYTES, SnapshotFormat.blockChecksum(offset, body));
        block.flip();
        int bytes = block.remaining();
        file.write(block, offset);
        offset += bytes;
        block.clear().position(SnapshotFormat.BLOCK_HEADER_BYTES);
        if (offset - syncedOffset >= SYNC_BYTES) {
            file.sync();
            syncedOffset = offset;
        }
    }
}
