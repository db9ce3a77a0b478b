package dev.millrace.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Carries out a {@link Schedule}, every send on a virtual thread of its own. */
public final class OpenLoop {
    /** Sends under way at once; more are not begun but counted, so that a dead system does not exhaust this machine. */
    public static final int MAX_UNDER_WAY = 10_000;

    private final Schedule schedule;

    /** @param schedule when to send */
    public OpenLoop(Schedule schedule) {
        this.schedule = schedule;
    }

    /**
     * How it went.
     *
     * @param sent sends begun
     * @param skipped sends not begun, because too many were under way
     * @param maxLatenessNanos how much later than intended a send was begun at most: what this generator, not the
     *     system, adds to a latency
     * @param unfinished sends that were not done at the end
     */
    public record Run(int sent, int skipped, long maxLatenessNanos, int unfinished) {}

    /**
     * Sends, and waits until all sends are done.
     *
     * @param send gets the time for which it was intended, as of {@link System#nanoTime()}
     * @param limitNanos how long after the last send to wait
     */
    public Run run(LongConsumer send, long limitNanos) throws InterruptedException {
        var places = new Semaphore(MAX_UNDER_WAY);
        int skipped = 0;
        long maxLateness = 0;
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
        try {
            long start = System.nanoTime();
            for (int i = 0; i < schedule.count(); i++) {
                long intended = start + schedule.nanos(i);
                sleepUntil(intended);
                maxLateness = Math.max(maxLateness, System.nanoTime() - intended);
                if (!places.tryAcquire()) {
                    skipped++;
                    continue;
                }
                senders.execute(() -> {
                    try {
                        send.accept(intended);
                    } finally {
                        places.release();
                    }
                });
            }
            senders.shutdown();
            senders.awaitTermination(limitNanos, TimeUnit.NANOSECONDS);
            int unfinished = MAX_UNDER_WAY - places.availablePermits();
            return new Run(schedule.count() - skipped, skipped, maxLateness, unfinished);
        } finally {
            senders.shutdownNow();
        }
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
