package dev.millrace.broker.core;

import java.util.Map;
import java.util.TreeMap;

/** A set of offsets in which the next one from anywhere is found quickly; a bit for each, in chunks. */
final class OffsetSet {

    private static final int CHUNK_SHIFT = 12;
    private static final int WORDS = 1 << CHUNK_SHIFT - 6;

    private final TreeMap<Long, long[]> chunks = new TreeMap<>();
    private long size;

    boolean isEmpty() {
        return size == 0;
    }

    long size() {
        return size;
    }

    boolean contains(long offset) {
        long[] chunk = chunks.get(offset >>> CHUNK_SHIFT);
        return chunk != null && (chunk[word(offset)] & 1L << offset) != 0;
    }

    void add(long offset) {
        long[] chunk = chunks.computeIfAbsent(offset >>> CHUNK_SHIFT, number -> new long[WORDS]);
        if ((chunk[word(offset)] & 1L << offset) == 0) {
            chunk[word(offset)] |= 1L << offset;
            size++;
        }
    }

    /** Returns false if it was not there. */
    boolean remove(long offset) {
        if (!contains(offset)) {
            return false;
        }
        long number = offset >>> CHUNK_SHIFT;
        long[] chunk = chunks.get(number);
        chunk[word(offset)] &= ~(1L << offset);
        size--;
        if (isClear(chunk)) {
            chunks.remove(number);
        }
        return true;
    }

    /** The smallest offset that is not below {@code from}; -1 if there is none. */
    long next(long from) {
        for (Map.Entry<Long, long[]> entry :
                chunks.tailMap(from >>> CHUNK_SHIFT, true).entrySet()) {
            long base = entry.getKey() << CHUNK_SHIFT;
            long start = Math.max(base, from);
            for (int i = word(start); i < WORDS; i++) {
                long bits = entry.getValue()[i];
                if (base + i * 64L < start) {
                    bits &= -1L << start;
                }
                if (bits != 0) {
                    return base + i * 64L + Long.numberOfTrailingZeros(bits);
                }
            }
        }
        return -1;
    }

    void clear() {
        chunks.clear();
        size = 0;
    }

    private static boolean isClear(long[] chunk) {
        for (long word : chunk) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    private static int word(long offset) {
        return (int) (offset >>> 6) & WORDS - 1;
    }
}
