package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

/**
 * Where the messages of one stream lie in the log, by offset; 17 bytes of heap for each. It is kept in chunks, which
 * go as a whole when the last of their messages is no longer needed.
 */
final class MessageIndex {

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_SIZE - 1;

    private static final byte SCHEDULED = 1;

    private static final class Chunk {
        final long[] positions = new long[CHUNK_SIZE];
        final int[] lengths = new int[CHUNK_SIZE];
        final int[] keys = new int[CHUNK_SIZE];
        final byte[] flags = new byte[CHUNK_SIZE];
    }

    private final Long2ObjectOpenHashMap<Chunk> chunks = new Long2ObjectOpenHashMap<>();
    private long first;
    private long next;

    /** Offset of the oldest message that is kept. */
    long first() {
        return first;
    }

    /** Offset that the next message will get. */
    long next() {
        return next;
    }

    /** Adds the message at {@link #next}. */
    void add(long position, int bodyLength, int key, boolean scheduled) {
        Chunk chunk = chunks.computeIfAbsent(next >>> CHUNK_SHIFT, number -> new Chunk());
        int slot = (int) next & CHUNK_MASK;
        chunk.positions[slot] = position;
        chunk.lengths[slot] = bodyLength;
        chunk.keys[slot] = key;
        chunk.flags[slot] = scheduled ? SCHEDULED : 0;
        next++;
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

    /** Whether the message says when it is to be delivered. */
    boolean scheduled(long offset) {
        return chunk(offset).flags[(int) offset & CHUNK_MASK] == SCHEDULED;
    }

    /** Forgets everything before an offset. */
    void trimTo(long offset) {
        while (first < offset) {
            long chunkEnd = (first >>> CHUNK_SHIFT) + 1 << CHUNK_SHIFT;
            if (chunkEnd > offset) {
                first = offset;
            } else {
                chunks.remove(first >>> CHUNK_SHIFT);
                first = chunkEnd;
            }
        }
    }

    private Chunk chunk(long offset) {
        return chunks.get(offset >>> CHUNK_SHIFT);
    }
}
