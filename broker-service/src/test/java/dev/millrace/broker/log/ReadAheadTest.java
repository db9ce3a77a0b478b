package dev.millrace.broker.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read in the background, and how. */
@Timeout(30)
class ReadAheadTest {

    private final ReadAhead readAhead = new ReadAhead();
    private final BlockingQueue<String> reads = new LinkedBlockingQueue<>();
    /** Reads wait for it. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private final class RecordedFile implements StorageFile {
        private final String name;

        private RecordedFile(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() {
            return Long.MAX_VALUE;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            reads.add(name + " " + position + "+" + target.remaining());
            if (name.equals("gone")) {
                throw new IOException("gone");
            }
            return target.remaining();
        }

        @Override
        public void write(ByteBuffer source, long position) {}

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        gate.countDown();
        readAhead.close();
    }

    private String nextRead() throws InterruptedException {
        return reads.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void whatWaitsIsReadInItsOrderAndTogetherWhereItIsClose() throws Exception {
        StorageFile a = new RecordedFile("a");
        StorageFile b = new RecordedFile("b");
        // While this one is read, the others gather.
        readAhead.add(a, 0, 1);
        while (readAhead.waiting() > 0) {
            Thread.onSpinWait();
        }
        readAhead.add(b, 500, 100);
        readAhead.add(a, 9_000_000, 100);
        readAhead.add(a, 2_000, 1_000);
        readAhead.add(a, 1_000, 100);
        readAhead.add(a, 3_000 + ReadAhead.MAX_GAP_BYTES, 10);
        readAhead.add(a, 3_011 + 2 * ReadAhead.MAX_GAP_BYTES, 10);
        gate.countDown();

        assertEquals("a 0+1", nextRead());
        assertEquals("a 1000+" + (2_010 + ReadAhead.MAX_GAP_BYTES), nextRead());
        assertEquals("a " + (3_011 + 2 * ReadAhead.MAX_GAP_BYTES) + "+10", nextRead());
        assertEquals("a 9000000+100", nextRead());
        assertEquals("b 500+100", nextRead());
    }

    @Test
    void whatCannotBeReadIsLeft() throws Exception {
        gate.countDown();
        readAhead.add(new RecordedFile("gone"), 0, 10);
        assertEquals("gone 0+10", nextRead());
        readAhead.add(new RecordedFile("there"), 0, 10);
        assertEquals("there 0+10", nextRead());
    }

    @Test
    void aLongRecordIsReadInPart() throws Exception {
        StorageFile a = new RecordedFile("a");
        readAhead.add(a, 0, 3 << 20);
        gate.countDown();
        assertEquals("a 0+" + (1 << 20), nextRead());
    }

    @Test
    void atTheBoundNothingMoreIsTaken() {
        StorageFile a = new RecordedFile("a");
        for (int i = 0; i < 2 * ReadAhead.MAX_WAITING; i++) {
            readAhead.add(a, i, 1);
        }
        assertTrue(readAhead.waiting() <= ReadAhead.MAX_WAITING);
        assertEquals(List.of(), List.copyOf(reads));
    }
}
