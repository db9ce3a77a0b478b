package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogReaderTest {
    private static final int SIZE = 4 << 20;
    private static final int RECORD = 1_000;

    private int reads;
    private byte fill;
    private final Segment segment = new Segment(1_000_000, SIZE, new CountingFile());
    private long written = segment.end();
    private final LogReader reader = new LogReader();

    @Test
    void recordsReadOneAfterTheOtherCostFewReadsOfTheFile() throws IOException {
        for (long position = segment.base(); position + RECORD <= segment.end(); position += RECORD) {
            assertRead(position);
        }
        assertTrue(reads <= SIZE / (256 << 10) + 2, reads + " reads");
    }

    @Test
    void severalReadersSideBySideDoNotTakeEachOthersWindows() throws IOException {
        int readers = 6;
        int share = SIZE / readers;
        for (int at = 0; at + RECORD <= share; at += RECORD) {
            for (int i = 0; i < readers; i++) {
                assertRead(segment.base() + (long) i * share + at);
            }
        }
        assertTrue(reads <= 2 * SIZE / (256 << 10) + readers, reads + " reads");
    }

    @Test
    void readsOutOfOrderAreRight() throws IOException {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            assertRead(segment.base() + random.nextInt(SIZE - RECORD));
        }
    }

    @Test
    void whatIsWrittenAfterAWindowWasReadIsNotTakenFromTheWindow() throws IOException {
        written = segment.base() + 3L * RECORD;
        assertRead(segment.base());
        assertRead(segment.base() + RECORD);
        fill = 99;
        written = segment.base() + 10L * RECORD;
        ByteBuffer read = reader.read(segment, segment.base() + 3L * RECORD, RECORD, written);
        assertEquals(99, read.get(0));
    }

    private void assertRead(long position) throws IOException {
        ByteBuffer bytes = reader.read(segment, position, RECORD, written);
        assertEquals(RECORD, bytes.remaining());
        assertEquals(content(position - segment.base()), bytes.get(0));
        assertEquals(content(position - segment.base() + RECORD - 1), bytes.get(RECORD - 1));
    }

    private byte content(long at) {
        return fill != 0 ? fill : (byte) (at * 31 >>> 3);
    }

    private final class CountingFile implements StorageFile {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public long size() {
            return SIZE;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            reads++;
            for (long at = position; target.hasRemaining(); at++) {
                target.put(content(at));
            }
            return target.position();
        }

        @Override
        public void write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
