package dev.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Hands out the entries of a snapshot in the order in which they were written. Used by one thread. */
public final class SnapshotInput {

    private final StorageFile file;
    private final ByteBuffer head = ByteBuffer.allocate(SnapshotFormat.BLOCK_HEADER_BYTES);
    private ByteBuffer block =
            ByteBuffer.allocateDirect(SnapshotFormat.MAX_BLOCK_BYTES).limit(0);
    private long offset = SnapshotFormat.HEADER_BYTES;
    /** Whether the last block was read. */
    private boolean ended;

    SnapshotInput(StorageFile file, long position) throws IOException {
        this.file = file;
        ByteBuffer header = ByteBuffer.allocate(SnapshotFormat.HEADER_BYTES);
        file.read(header, 0);
        if (header.hasRemaining() || !SnapshotFormat.isHeader(header.flip(), position)) {
            throw invalid("its header is not one of this version and position");
        }
    }

    /**
     * The buffer that the next entry begins in; read exactly that entry from it.
     *
     * @throws SnapshotInvalidException if the snapshot is damaged, or has no more entries
     * @throws LogFailedException if the storage fails
     */
    public ByteBuffer entry() {
        if (!block.hasRemaining() && !readBlock()) {
            throw invalid("it ends too early");
        }
        return block;
    }

    /**
     * Whether there is another entry.
     *
     * @throws SnapshotInvalidException if the snapshot is damaged
     * @throws LogFailedException if the storage fails
     */
    public boolean hasMore() {
        return block.hasRemaining() || readBlock();
    }

    /** Makes sure that there is nothing left but the end. */
    void finish() throws IOException {
        if (block.hasRemaining() || readBlock() || offset != file.size()) {
            throw invalid("it goes on where it should end");
        }
    }

    /** Returns false if it was the last one. */
    private boolean readBlock() {
        if (ended) {
            return false;
        }
        try {
            head.clear();
            file.read(head, offset);
            int length = head.getInt(0);
            if (head.hasRemaining() || length < 0 || length > SnapshotFormat.MAX_BLOCK_BYTES) {
                throw invalid("the block at offset " + offset + " is not there");
            }
            block.clear().limit(length);
            file.read(block, offset + SnapshotFormat.BLOCK_HEADER_BYTES);
            boolean whole = !block.hasRemaining();
            block.flip();
            if (!whole || head.getInt(Integer.BYTES) != SnapshotFormat.blockChecksum(offset, block)) {
                throw invalid("the checksum of the block at offset " + offset + " does not match");
            }
            offset += SnapshotFormat.BLOCK_HEADER_BYTES + length;
            ended = length == 0;
            return !ended;
        } catch (IOException e) {
            throw new LogFailedException("Reading the snapshot " + file.name(), e);
        }
    }

    private SnapshotInvalidException invalid(String why) {
        return new SnapshotInvalidException("The snapshot " + file.name() + " is damaged: " + why + ".");
    }
}
