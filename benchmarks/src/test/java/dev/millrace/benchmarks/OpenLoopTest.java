package dev.millrace.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aSlowAnswerDoesNotHoldUpTheSendsAfterIt() throws InterruptedException {
        var loop = new OpenLoop(new Schedule(200, Duration.ofMillis(100)));
        var all = new CountDownLatch(20);
        var intended = new ConcurrentSkipListSet<Long>();
        OpenLoop.Run run = loop.run(
                time -> {
                    intended.add(time);
                    all.countDown();
                    awaitOrFail(all); // nobody is answered before the last one is sent
                },
                30 * SECOND);
        assertEquals(new OpenLoop.Run(20, 0, run.maxLatenessNanos(), 0), run);
        List<Long> times = List.copyOf(intended);
        assertEquals(20, times.size());
        for (int i = 1; i < times.size(); i++) {
            assertEquals(SECOND / 200, times.get(i) - times.get(i - 1), "between the intended times");
        }
    }

    @Test
    void whatIsNotDoneInTimeIsCounted() throws InterruptedException {
        var loop = new OpenLoop(new Schedule(1_000, Duration.ofMillis(5)));
        var never = new CountDownLatch(1);
        OpenLoop.Run run = loop.run(time -> awaitInterrupt(never), SECOND / 10);
        assertEquals(5, run.sent());
        assertEquals(5, run.unfinished());
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void awaitInterrupt(CountDownLatch never) {
        try {
            never.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
