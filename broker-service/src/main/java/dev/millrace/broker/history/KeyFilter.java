package dev.millrace.broker.history;

import java.lang.foreign.MemorySegment;

/**
 * Which keys are not in a file: one bit for each key, among eight times as many bits as there are entries (a Bloom filter
 * with one function, since keys are hashes). Of the keys that are not there it lets one in eight pass at most, one in twenty
 * where messages have three events. Immutable.
 */
final class KeyFilter {

    private static final int BITS_PER_ENTRY = 8;

    private final long[] bits;
    private final int shift;

    private KeyFilter(int entries) {
        int size = Integer.highestOneBit(Math.max(entries, Long.SIZE) * BITS_PER_ENTRY - 1) << 1;
        bits = new long[size / Long.SIZE];
        shift = Long.SIZE - Integer.numberOfTrailingZeros(size);
    }

    /** Takes all keys of a file that is not sealed. */
    static KeyFilter of(MemorySegment file, int entries) {
        KeyFilter filter = new KeyFilter(entries);
        for (int i = 0; i < entries; i++) {
            int bit = filter.bitOf(file.get(EntryBlocks.WORD, EntryBlocks.keyAt(i)));
            filter.bits[bit >>> 6] |= 1L << bit;
        }
        return filter;
    }

    private int bitOf(long key) {
        return (int) (key >>> shift);
    }

    boolean mayContain(long key) {
        int bit = bitOf(key);
        return (bits[bit >>> 6] & 1L << bit) != 0;
    }
}
