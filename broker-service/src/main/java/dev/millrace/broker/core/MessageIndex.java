package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;

/**
 * Where the messages of one stream lie in the log, by offset; 16 bytes of heap for each, 8 more for those in a chunk
 * with scheduled ones. It is kept in chunks, which go as a whole when the last of their messages is no longer needed.
 *
 * <p>A snapshot shares the chunks with the thread that writes it: entries are added behind the ones that it reads, and
 * a chunk whose entries have to change is copied first.
 */
final class MessageIndex {

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_SIZE - 1;

    private static final class Chunk {
        /** How many snapshots there were when it was made: only those that came later share it. */
        private final int generation;

        private final long[] positions;
        private final int[] lengths;
        private final int[] keys;
        /** Epoch milliseconds, 0 for at once; null while no message of the chunk is scheduled. */
        private long[] deliverAt;

        private Chunk(int generation) {
            this.generation = generation;
            positions = new long[CHUNK_SIZE];
            lengths = new int[CHUNK_SIZE];
            keys = new int[CHUNK_SIZE];
        }

        private Chunk(int generation, Chunk original) {
            this.generation = generation;
            positions = original.positions.clone();
            lengths = original.lengths.clone();
            keys = original.keys;
            deliverAt = original.deliverAt;
        }
    }

    private final Long2ObjectOpenHashMap<Chunk> chunks = new Long2ObjectOpenHashMap<>();
    private long first;
    private long next;
    private int generation;

    /** The chunk that was asked for last: mostly it is asked for again. */
    private Chunk lastChunk;

    private long lastNumber = -1;

    /** Offset of the oldest message that is kept. */
    long first() {
        return first;
    }

    /** Offset that the next message will get. */
    long next() {
        return next;
    }

    /** Adds the message at {@link #next}. */
    void add(long position, int bodyLength, int key, long deliverAt) {
        if (((int) next & CHUNK_MASK) == 0 || chunk(next) == null) {
            put(next >>> CHUNK_SHIFT, new Chunk(generation));
        }
        Chunk chunk = chunk(next);
        int slot = (int) next & CHUNK_MASK;
        chunk.positions[slot] = position;
        chunk.lengths[slot] = bodyLength;
        chunk.keys[slot] = key;
        if (deliverAt != 0) {
            if (chunk.deliverAt == null) {
                chunk.deliverAt = new long[CHUNK_SIZE];
            }
            chunk.deliverAt[slot] = deliverAt;
        }
        next++;
    }

    /** Notes that a message was copied to another place in the log. */
    void move(long offset, long position, int bodyLength) {
        Chunk chunk = chunk(offset);
        if (chunk.generation != generation) {
            chunk = new Chunk(generation, chunk);
            put(offset >>> CHUNK_SHIFT, chunk);
        }
        int slot = (int) offset & CHUNK_MASK;
        chunk.positions[slot] = position;
        chunk.lengths[slot] = bodyLength;
    }

    long position(long offset) {
        return chunk(offset).positions[(int) offset & CHUNK_MASK];
    }

    int bodyLength(long offset) {
        return chunk(offset).lengths[(int) offset & CHUNK_MASK];
    }

    /** Hash of the ordering key; 0 if it has none. */
    int key(long offset) {
        return chunk(offset).keys[(int) offset & CHUNK_MASK];
    }

    /** Epoch milliseconds before which the message must not be delivered; 0 for none. */
    long deliverAt(long offset) {
        long[] deliverAt = chunk(offset).deliverAt;
        return deliverAt == null ? 0 : deliverAt[(int) offset & CHUNK_MASK];
    }

    /** Forgets everything before an offset. */
    void trimTo(long offset) {
        while (first < offset) {
            long chunkEnd = (first >>> CHUNK_SHIFT) + 1 << CHUNK_SHIFT;
            if (chunkEnd > offset) {
                first = offset;
            } else {
                chunks.remove(first >>> CHUNK_SHIFT);
                lastNumber = -1;
                first = chunkEnd;
            }
        }
    }

    private Chunk chunk(long offset) {
        long number = offset >>> CHUNK_SHIFT;
        if (number != lastNumber) {
            lastChunk = chunks.get(number);
            lastNumber = number;
        }
        return lastChunk;
    }

    private void put(long number, Chunk chunk) {
        chunks.put(number, chunk);
        lastChunk = chunk;
        lastNumber = number;
    }

    /** The index as it is now, to be written by another thread. */
    Image capture() {
        generation++;
        long firstNumber = first >>> CHUNK_SHIFT;
        int count = first == next ? 0 : (int) ((next - 1 >>> CHUNK_SHIFT) - firstNumber + 1);
        Chunk[] shared = new Chunk[count];
        for (int i = 0; i < count; i++) {
            shared[i] = chunks.get(firstNumber + i);
        }
        return new Image(first, next, shared);
    }

    /**
     * What a snapshot holds of an index: first and next offset (8 bytes each), then for each chunk its entries in
     * columns: whether there are delivery times (1 byte), positions (8 bytes each), body lengths (4), keys (4),
     * delivery times (8).
     */
    static final class Image {
        private final long first;
        private final long next;
        private final Chunk[] chunks;

        private Image(long first, long next, Chunk[] chunks) {
            this.first = first;
            this.next = next;
            this.chunks = chunks;
        }

        void writeTo(SnapshotOutput output) {
            output.entry(2 * Long.BYTES).putLong(first).putLong(next);
            long offset = first;
            for (Chunk chunk : chunks) {
                int slot = (int) offset & CHUNK_MASK;
                int count = (int) Math.min(CHUNK_SIZE - slot, next - offset);
                write(output, chunk, slot, count);
                offset += count;
            }
        }

        private static void write(SnapshotOutput output, Chunk chunk, int slot, int count) {
            long[] deliverAt = chunk.deliverAt;
            int bytes = 1 + count * (Long.BYTES + 2 * Integer.BYTES + (deliverAt == null ? 0 : Long.BYTES));
            ByteBuffer target = output.entry(bytes);
            target.put((byte) (deliverAt == null ? 0 : 1));
            Columns.put(target, chunk.positions, slot, count);
            Columns.put(target, chunk.lengths, slot, count);
            Columns.put(target, chunk.keys, slot, count);
            if (deliverAt != null) {
                Columns.put(target, deliverAt, slot, count);
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote, in place of what it has. */
    void restore(SnapshotInput input) {
        ByteBuffer source = input.entry();
        first = source.getLong();
        next = source.getLong();
        for (long offset = first; offset < next; ) {
            int slot = (int) offset & CHUNK_MASK;
            int count = (int) Math.min(CHUNK_SIZE - slot, next - offset);
            put(offset >>> CHUNK_SHIFT, read(input.entry(), slot, count));
            offset += count;
        }
    }

    private static Chunk read(ByteBuffer source, int slot, int count) {
        Chunk chunk = new Chunk(0);
        boolean scheduled = source.get() == 1;
        Columns.get(source, chunk.positions, slot, count);
        Columns.get(source, chunk.lengths, slot, count);
        Columns.get(source, chunk.keys, slot, count);
        if (scheduled) {
            chunk.deliverAt = new long[CHUNK_SIZE];
            Columns.get(source, chunk.deliverAt, slot, count);
        }
        return chunk;
    }
}
