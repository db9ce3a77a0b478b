package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;

/**
 * The message-ids that a stream took lately, with the offsets that they got. An id is kept as 128 bits of its SHA-256:
 * two ids that share those would lose a message, so fewer bits, or a hash that can be steered, would not do.
 *
 * <p>It follows from the messages stored, so nothing of it is logged; a snapshot shares the chunks, to which entries are
 * only ever added. About 60 bytes for each id.
 */
final class DuplicateWindow {

    /** At the bound the oldest id is forgotten, though its time is not over: {@link #forgotten()} counts these. */
    static final int MAX_IDS = 1_000_000;

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_SIZE = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_SIZE - 1;

    private static final class Chunk {
        private final long[] highs = new long[CHUNK_SIZE];
        private final long[] lows = new long[CHUNK_SIZE];
        /** Epoch milliseconds. */
        private final long[] times = new long[CHUNK_SIZE];

        private final long[] offsets = new long[CHUNK_SIZE];
    }

    private final int maxIds;
    private final Long2ObjectOpenHashMap<Chunk> chunks = new Long2ObjectOpenHashMap<>();
    /** Number of the newest entry by the low half of its hash. */
    private final Long2LongOpenHashMap numbers = new Long2LongOpenHashMap();

    private final MessageIdHash hash = new MessageIdHash();
    private long windowMillis;
    private long first;
    private long next;
    private long suppressed;
    private long forgotten;

    DuplicateWindow(long windowMillis) {
        this(windowMillis, MAX_IDS);
    }

    DuplicateWindow(long windowMillis, int maxIds) {
        this.windowMillis = windowMillis;
        this.maxIds = maxIds;
        numbers.defaultReturnValue(-1);
    }

    void windowMillis(long millis) {
        windowMillis = millis;
    }

    /** How many ids it holds. */
    long size() {
        return next - first;
    }

    /** Messages that were not stored because of it, since the broker's start. */
    long suppressed() {
        return suppressed;
    }

    /** Ids that had to be forgotten before their time, since the broker's start. */
    long forgotten() {
        return forgotten;
    }

    /** Ends recovery: counters begin at zero. */
    void open() {
        suppressed = 0;
        forgotten = 0;
    }

    /** The offset of the message of this id that was taken within the window, which is noted; -1 if there is none. */
    long findDuplicate(String messageId, long now) {
        if (messageId == null) {
            return -1;
        }
        expire(now);
        hash.of(messageId);
        long number = numbers.get(hash.low());
        if (number < 0) {
            return -1;
        }
        Chunk chunk = chunks.get(number >>> CHUNK_SHIFT);
        int slot = (int) number & CHUNK_MASK;
        if (chunk.highs[slot] != hash.high()) {
            return -1;
        }
        suppressed++;
        return chunk.offsets[slot];
    }

    /** Notes that a message was stored; one without an id is not. */
    void add(String messageId, long offset, long now) {
        if (messageId == null) {
            return;
        }
        expire(now);
        if (size() >= maxIds) {
            removeFirst();
            forgotten++;
        }
        hash.of(messageId);
        put(hash.high(), hash.low(), now, offset);
    }

    private void put(long high, long low, long at, long offset) {
        Chunk chunk = chunks.computeIfAbsent(next >>> CHUNK_SHIFT, number -> new Chunk());
        int slot = (int) next & CHUNK_MASK;
        chunk.highs[slot] = high;
        chunk.lows[slot] = low;
        chunk.times[slot] = at;
        chunk.offsets[slot] = offset;
        numbers.put(low, next++);
    }

    private void expire(long now) {
        while (first < next
                && chunks.get(first >>> CHUNK_SHIFT).times[(int) first & CHUNK_MASK] <= now - windowMillis) {
            removeFirst();
        }
    }

    private void removeFirst() {
        Chunk chunk = chunks.get(first >>> CHUNK_SHIFT);
        numbers.remove(chunk.lows[(int) first & CHUNK_MASK], first);
        first++;
        if ((first & CHUNK_MASK) == 0) {
            chunks.remove((first >>> CHUNK_SHIFT) - 1);
        }
    }

    /** The window as it is now, to be written by another thread. */
    Image capture() {
        long firstNumber = first >>> CHUNK_SHIFT;
        int count = first == next ? 0 : (int) ((next - 1 >>> CHUNK_SHIFT) - firstNumber + 1);
        Chunk[] shared = new Chunk[count];
        for (int i = 0; i < count; i++) {
            shared[i] = chunks.get(firstNumber + i);
        }
        return new Image(first, next, shared);
    }

    /**
     * What a snapshot holds of it: number of the first and of the next entry (8 bytes each), then for each chunk its
     * entries in columns: high and low half of the hash, time, offset (8 bytes each).
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
            long number = first;
            for (Chunk chunk : chunks) {
                int slot = (int) number & CHUNK_MASK;
                int count = (int) Math.min(CHUNK_SIZE - slot, next - number);
                ByteBuffer target = output.entry(4 * Long.BYTES * count);
                Columns.put(target, chunk.highs, slot, count);
                Columns.put(target, chunk.lows, slot, count);
                Columns.put(target, chunk.times, slot, count);
                Columns.put(target, chunk.offsets, slot, count);
                number += count;
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote; there is nothing here yet. */
    void restore(SnapshotInput input) {
        ByteBuffer source = input.entry();
        first = source.getLong();
        next = first;
        long end = source.getLong();
        while (next < end) {
            int slot = (int) next & CHUNK_MASK;
            int count = (int) Math.min(CHUNK_SIZE - slot, end - next);
            ByteBuffer columns = input.entry();
            Chunk read = new Chunk();
            Columns.get(columns, read.highs, slot, count);
            Columns.get(columns, read.lows, slot, count);
            Columns.get(columns, read.times, slot, count);
            Columns.get(columns, read.offsets, slot, count);
            for (int i = slot; i < slot + count; i++) {
                put(read.highs[i], read.lows[i], read.times[i], read.offsets[i]);
            }
        }
    }
}
