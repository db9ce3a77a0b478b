package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.nio.ByteBuffer;

/**
 * Which offsets a subscription is done with: all below the floor, and single ones above it. A bit for each offset
 * between the floor and the highest one settled, so a message that stays behind for long costs next to nothing.
 */
final class SettledOffsets {

    private static final int CHUNK_SHIFT = 12;
    private static final int WORDS = 1 << CHUNK_SHIFT - 6;

    private final Long2ObjectOpenHashMap<long[]> chunks = new Long2ObjectOpenHashMap<>();
    private long floor;
    private long above;

    SettledOffsets(long floor) {
        this.floor = floor;
    }

    /** All offsets below this one are settled; this one is not. */
    long floor() {
        return floor;
    }

    /** How many offsets above the floor are settled. */
    long countAbove() {
        return above;
    }

    boolean contains(long offset) {
        if (offset < floor) {
            return true;
        }
        if (above == 0) {
            return false;
        }
        long[] chunk = chunks.get(offset >>> CHUNK_SHIFT);
        return chunk != null && (chunk[word(offset)] & 1L << offset) != 0;
    }

    /** Returns false if it had been settled before. */
    boolean add(long offset) {
        if (contains(offset)) {
            return false;
        }
        if (offset == floor) {
            advance();
        } else {
            chunks.computeIfAbsent(offset >>> CHUNK_SHIFT, number -> new long[WORDS])[word(offset)] |= 1L << offset;
            above++;
        }
        return true;
    }

    /** Forgets everything: all offsets below this one are settled, and none from it on. */
    void reset(long newFloor) {
        chunks.clear();
        above = 0;
        floor = newFloor;
    }

    private void advance() {
        floor++;
        while (above > 0 && contains(floor)) {
            above--;
            floor++;
            if ((floor & (1L << CHUNK_SHIFT) - 1) == 0) {
                chunks.remove((floor >>> CHUNK_SHIFT) - 1);
            }
        }
        if (above == 0 && !chunks.isEmpty()) {
            chunks.clear();
        }
    }

    private static int word(long offset) {
        return (int) (offset >>> 6) & WORDS - 1;
    }

    /** The offsets as they are now, to be written by another thread. */
    Image capture() {
        long[] numbers = chunks.keySet().toLongArray();
        long[][] words = new long[numbers.length][];
        for (int i = 0; i < numbers.length; i++) {
            words[i] = chunks.get(numbers[i]).clone();
        }
        return new Image(floor, above, numbers, words);
    }

    /**
     * What a snapshot holds of it: floor, count above it, number of chunks (8 bytes each), then each chunk's number (8
     * bytes) and words (64 of 8 bytes).
     */
    record Image(long floor, long above, long[] numbers, long[][] words) {

        void writeTo(SnapshotOutput output) {
            output.entry(3 * Long.BYTES).putLong(floor).putLong(above).putLong(numbers.length);
            for (int i = 0; i < numbers.length; i++) {
                ByteBuffer target = output.entry((1 + WORDS) * Long.BYTES).putLong(numbers[i]);
                Columns.put(target, words[i], 0, WORDS);
            }
        }
    }

    /** Takes what {@link Image#writeTo} wrote, in place of what it has. */
    void restore(SnapshotInput input) {
        ByteBuffer source = input.entry();
        floor = source.getLong();
        above = source.getLong();
        long count = source.getLong();
        for (long i = 0; i < count; i++) {
            ByteBuffer chunk = input.entry();
            long number = chunk.getLong();
            long[] words = new long[WORDS];
            Columns.get(chunk, words, 0, WORDS);
            chunks.put(number, words);
        }
    }
}
