package dev.millrace.benchmarks.load;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Counts what one client sees. Each of its counters has one thread that writes it, so that counting costs no more than a
 * plain store: at some hundred thousand messages per second, adders that threads share were a sixth of the client's time.
 * Any thread may read.
 */
final class ClientMeter {
    static final long MAX_NANOS = TimeUnit.HOURS.toNanos(1);
    static final int SIGNIFICANT_DIGITS = 3;

    private static final VarHandle PUBLISHED = counter("published");
    private static final VarHandle ACKNOWLEDGED = counter("acknowledged");
    private static final VarHandle DELIVERED = counter("delivered");
    private static final VarHandle LEAST_DELIVERY = counter("leastDelivery");

    private final SingleWriterRecorder acknowledgement = new SingleWriterRecorder(MAX_NANOS, SIGNIFICANT_DIGITS);
    private final SingleWriterRecorder delivery = new SingleWriterRecorder(MAX_NANOS, SIGNIFICANT_DIGITS);
    private long published;
    private long acknowledged;
    private long delivered;
    private long leastDelivery = Long.MAX_VALUE;

    private static VarHandle counter(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(ClientMeter.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One message was handed to the connection. */
    void published() {
        PUBLISHED.setOpaque(this, published + 1);
    }

    /** The broker answered for one. */
    void acknowledged(long intendedNanoTime) {
        ACKNOWLEDGED.setOpaque(this, acknowledged + 1);
        acknowledgement.recordValue(latency(intendedNanoTime));
    }

    /** One was received. */
    void delivered(long intendedNanoTime) {
        delivered(intendedNanoTime, System.nanoTime());
    }

    /** One was received; both times by the same clock, in ns. */
    void delivered(long intended, long now) {
        DELIVERED.setOpaque(this, delivered + 1);
        delivery.recordValue(Math.clamp(now - intended, 0, MAX_NANOS));
        if (now - intended < leastDelivery) {
            LEAST_DELIVERY.setOpaque(this, now - intended);
        }
    }

    private static long latency(long intendedNanoTime) {
        return Math.clamp(System.nanoTime() - intendedNanoTime, 0, MAX_NANOS);
    }

    /** The least time to a delivery in ns, below 0 if a message came early; {@link Long#MAX_VALUE} without one. */
    long leastDelivery() {
        return (long) LEAST_DELIVERY.getOpaque(this);
    }

    long publishedCount() {
        return (long) PUBLISHED.getOpaque(this);
    }

    long acknowledgedCount() {
        return (long) ACKNOWLEDGED.getOpaque(this);
    }

    long deliveredCount() {
        return (long) DELIVERED.getOpaque(this);
    }

    Histogram acknowledgementLatencies() {
        return acknowledgement.getIntervalHistogram();
    }

    Histogram deliveryLatencies() {
        return delivery.getIntervalHistogram();
    }
}
