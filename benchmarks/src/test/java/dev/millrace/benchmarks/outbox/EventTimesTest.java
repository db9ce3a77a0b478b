package dev.millrace.benchmarks.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EventTimesTest {
    @Test
    void anEventIsKnownByTheNumberInItsPayload() {
        var times = new EventTimes(1_000, 2);
        long start = System.nanoTime();
        times.intended(1_001, start);
        times.committed(1_001, start + 1);

        assertEquals(start, times.delivered(payload(1_001)));

        assertEquals(1, times.fromIntended().getTotalCount());
        assertEquals(1, times.fromCommit().getTotalCount());
        assertTrue(times.fromCommit().getMaxValue() <= times.fromIntended().getMaxValue());
    }

    @Test
    void othersAreNotTimed() {
        var times = new EventTimes(1_000, 2);
        long before = System.nanoTime();
        assertTrue(times.delivered(payload(999)) >= before);
        assertTrue(times.delivered(payload(1_002)) >= before);
        assertEquals(0, times.fromIntended().getTotalCount());
    }

    @Test
    void aPayloadHasTheLengthThatIsWanted() {
        assertEquals(512, EventTimes.payload(7, 512).length());
    }

    private static ByteBuffer payload(int number) {
        return ByteBuffer.wrap(EventTimes.payload(number, 100).getBytes(StandardCharsets.UTF_8));
    }
}
