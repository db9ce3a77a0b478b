package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;

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
}
