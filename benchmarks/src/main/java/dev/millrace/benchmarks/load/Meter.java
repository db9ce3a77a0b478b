package dev.millrace.benchmarks.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Counts what the clients of one load see. Latencies count from the time for which a message was intended: with an open
 * loop that is its place in the schedule, else the moment of its sending. Thread-safe.
 */
public final class Meter {
    private static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final LongAdder published = new LongAdder();
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<String> firstRefusal = new AtomicReference<>();
    private final LongAdder delivered = new LongAdder();
    private final Recorder acknowledgement = new Recorder(MAX_NANOS, SIGNIFICANT_DIGITS);
    private final Recorder delivery = new Recorder(MAX_NANOS, SIGNIFICANT_DIGITS);

    /**
     * The counters at one time.
     *
     * @param nanoTime as of {@link System#nanoTime()}
     * @param acknowledged messages that the broker answered for
     * @param delivered messages that consumers got, every copy counted
     */
    public record Reading(long nanoTime, long acknowledged, long delivered) {
        /** Messages acknowledged per second between another reading and this one. */
        public double acknowledgedPerSecond(Reading before) {
            return perSecond(acknowledged - before.acknowledged, before);
        }

        /** Messages delivered per second between another reading and this one. */
        public double deliveredPerSecond(Reading before) {
            return perSecond(delivered - before.delivered, before);
        }

        private double perSecond(long count, Reading before) {
            return count * 1e9 / (nanoTime - before.nanoTime);
        }
    }

    /** Forgets the latencies so far; the counters go on. */
    public void forgetLatencies() {
        acknowledgement.reset();
        delivery.reset();
    }

    /** The counters now. */
    public Reading read() {
        return new Reading(System.nanoTime(), acknowledged.sum(), delivered.sum());
    }

    /** Times to the acknowledgement in ns since the last time that this was asked for. */
    public Histogram acknowledgementLatencies() {
        return acknowledgement.getIntervalHistogram();
    }

    /** Times to the delivery in ns since the last time that this was asked for. */
    public Histogram deliveryLatencies() {
        return delivery.getIntervalHistogram();
    }

    /** Messages that the broker refused, or lost with a connection. */
    public long refused() {
        return refused.sum();
    }

    /** Why the first of them was refused. */
    public String firstRefusal() {
        return firstRefusal.get();
    }

    /** Messages sent whose deliveries are not all made. */
    long outstanding(int copies) {
        return published.sum() - delivered.sum() / copies;
    }

    void published() {
        published.increment();
    }

    void acknowledged(long intendedNanoTime) {
        acknowledged.increment();
        acknowledgement.recordValue(latency(intendedNanoTime));
    }

    void refused(Object why) {
        refused.increment();
        firstRefusal.compareAndSet(null, String.valueOf(why));
    }

    void delivered(long intendedNanoTime) {
        delivered.increment();
        delivery.recordValue(latency(intendedNanoTime));
    }

    private static long latency(long intendedNanoTime) {
        return Math.clamp(System.nanoTime() - intendedNanoTime, 0, MAX_NANOS);
    }
}
