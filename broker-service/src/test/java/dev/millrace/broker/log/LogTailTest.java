package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LogTailTest {
    private static final int MIB = 1 << 20;

    @Test
    void whatIsNotFlushedIsReadable() {
        LogTail tail = tail(0);
        append(tail, 7L);

        assertEquals(7, tail.find(1_000, 8).getLong(0));
        assertEquals(1_000, tail.flushed());
        assertEquals(7, tail.unflushed().getLong(0));
    }

    @Test
    void withoutMemoryToKeepItWhatIsFlushedIsGone() {
        LogTail tail = tail(0);
        append(tail, 7L);
        tail.markFlushed();
        append(tail, 8L);

        assertNull(tail.find(1_000, 8));
        assertEquals(8, tail.find(1_008, 8).getLong(0));
        assertEquals(1, tail.unflushed().remaining() / Long.BYTES);
    }

    @Test
    void whatIsFlushedStaysUntilItsPageIsNeededAgain() {
        LogTail tail = tail(2 * MIB);
        append(tail, 7L);
        tail.markFlushed();
        long second = nextPage(tail);
        append(tail, 8L);
        tail.markFlushed();
        assertEquals(7, tail.find(1_000, 8).getLong(0));

        long third = nextPage(tail);
        append(tail, 9L);

        assertNull(tail.find(1_000, 8));
        assertEquals(8, tail.find(second, 8).getLong(0));
        assertEquals(9, tail.find(third, 8).getLong(0));
    }

    @Test
    void positionsThatWereSkippedOrAreNotThereYetAreNotFound() {
        LogTail tail = tail(4 * MIB);
        append(tail, 7L);
        tail.markFlushed();
        tail.begin(5_000);
        append(tail, 8L);

        assertNull(tail.find(999, 1));
        assertNull(tail.find(1_008, 8));
        assertNull(tail.find(4_999, 8));
        assertNull(tail.find(5_008, 1));
        assertNotNull(tail.find(5_000, 8));
    }

    @Test
    void aRecordLargerThanAPageGetsOneOfItsOwn() {
        LogTail tail = tail(2 * MIB);
        tail.makeRoom(3 * MIB);
        tail.buffer().put(new byte[3 * MIB - 1]).put((byte) 5);

        ByteBuffer found = tail.find(1_000, 3 * MIB);

        assertEquals(5, found.get(3 * MIB - 1));
    }

    @Test
    void largeRecordsTakeNoMoreMemoryThanTheTailIsToKeep() {
        LogTail tail = tail(8 * MIB);
        for (int i = 0; i < 20; i++) {
            long start = tail.end();
            tail.makeRoom(3 * MIB);
            tail.buffer().put(new byte[3 * MIB]);
            tail.markFlushed();

            assertTrue(tail.held() <= 8 * MIB, tail.held() + " bytes are held");
            assertNotNull(tail.find(start, 3 * MIB));
        }
    }

    @Test
    void whatIsToBeWrittenLiesAtTheSamePlaceOfABlockInMemoryAsInTheLog() {
        LogTail tail = new LogTail(2 * MIB, 4096);
        for (long position : new long[] {512, 4096 * 7, 4096 * 9 + 1_000}) {
            tail.begin(position);
            append(tail, 7L);

            assertEquals(position % 4096, tail.unflushed().alignmentOffset(0, 4096));
            assertEquals(7, tail.find(position, 8).getLong(0));
            assertNull(tail.find(position - 8, 8), "nothing was there before " + position);
            tail.markFlushed();
        }
    }

    private static LogTail tail(long bytes) {
        LogTail tail = new LogTail(bytes, 512);
        tail.begin(1_000);
        return tail;
    }

    private static void append(LogTail tail, long value) {
        tail.makeRoom(Long.BYTES);
        tail.buffer().putLong(value);
    }

    /** Fills the page and starts the next; answers where that begins. */
    private static long nextPage(LogTail tail) {
        tail.buffer().position(tail.buffer().limit());
        tail.markFlushed();
        tail.makeRoom(1);
        return tail.end();
    }
}
