package dev.millrace.broker.history;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where {@link Entry entries} lie in a file that is not sealed, in the order in which they were added: in blocks of 256,
 * in each first all keys and then all that is told of them. So who looks for a key reads keys and little else.
 */
final class EntryBlocks {

    static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int ENTRIES_SHIFT = 8;
    private static final int ENTRIES = 1 << ENTRIES_SHIFT;
    private static final int COLUMN_BYTES = ENTRIES * Long.BYTES;
    private static final int BLOCK_BYTES = 2 * COLUMN_BYTES;

    private EntryBlocks() {}

    private static long blockOf(int entry) {
        return SegmentHeader.BYTES + (long) (entry >>> ENTRIES_SHIFT) * BLOCK_BYTES;
    }

    /** Where the key of an entry is. */
    static long keyAt(int entry) {
        return blockOf(entry) + (long) (entry & ENTRIES - 1) * Long.BYTES;
    }

    /** Where the other word of an entry is. */
    static long wordAt(int entry) {
        return keyAt(entry) + COLUMN_BYTES;
    }

    /** Where the block of an entry ends. */
    static long endOf(int entry) {
        return blockOf(entry) + BLOCK_BYTES;
    }

    /** How many entries there are: the first without a code is none, nor are those that a file which was cut off lacks. */
    static int count(MemorySegment file) {
        int count = 0;
        while (wordAt(count) + Long.BYTES <= file.byteSize() && Entry.code(file.get(WORD, wordAt(count))) != 0) {
            count++;
        }
        return count;
    }

    /** Takes all entries of a key, in their order. */
    static void find(long key, MemorySegment file, int entries, long baseMillis, Findings findings) throws IOException {
        for (int first = 0; first < entries; first += ENTRIES) {
            long block = blockOf(first);
            int length = Math.min(ENTRIES, entries - first);
            for (int i = 0; i < length; i++) {
                if (file.get(WORD, block + (long) i * Long.BYTES) == key) {
                    findings.add(baseMillis, file.get(WORD, wordAt(first + i)), place -> TextBlock.at(place, file));
                }
            }
        }
    }
}
