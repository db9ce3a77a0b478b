package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.broker.Latencies;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;

/**
 * When numbered events were intended, committed and delivered, as of {@link System#nanoTime()}. An event's number stands
 * in its payload, at a fixed place. Thread-safe.
 */
final class EventTimes {
    private static final String HEAD = "{\"number\":\"";
    private static final int DIGITS = 10;
    /** Characters of a payload that are not padding. */
    private static final int FRAME = 36;

    private final int first;
    private final AtomicLongArray intended;
    private final AtomicLongArray committed;
    private final AtomicLongArray delivered;

    /** For these numbers; others are not timed. */
    EventTimes(int first, int count) {
        this.first = first;
        intended = new AtomicLongArray(count);
        committed = new AtomicLongArray(count);
        delivered = new AtomicLongArray(count);
    }

    /** A payload with this number, as long as {@code bytes} says or a little longer. */
    static String payload(int number, int bytes) {
        return HEAD + ("%0" + DIGITS + "d").formatted(number) + "\",\"padding\":\""
                + "x".repeat(Math.max(0, bytes - FRAME)) + "\"}";
    }

    /** The same as an expression of SQL over a column or variable with the number. */
    static String payloadInSql(String number, int bytes) {
        return "'%s' || lpad((%s)::text, %d, '0') || '\",\"padding\":\"' || repeat('x', %d) || '\"}'"
                .formatted(HEAD, number, DIGITS, Math.max(0, bytes - FRAME));
    }

    void intended(int number, long nanoTime) {
        intended.set(number - first, nanoTime);
    }

    void committed(int number, long nanoTime) {
        committed.set(number - first, nanoTime);
    }

    /** Notes the delivery of the event with this payload; returns when it was intended, now if it is not timed. */
    long delivered(ByteBuffer payload) {
        long now = System.nanoTime();
        payload.position(payload.position() + HEAD.length());
        int number = 0;
        for (int i = 0; i < DIGITS; i++) {
            number = number * 10 + payload.get() - '0';
        }
        int index = number - first;
        if (index < 0 || index >= delivered.length()) {
            return now;
        }
        delivered.set(index, now);
        return intended.get(index);
    }

    /** From the time for which an event was intended to its delivery, in ns. */
    Histogram fromIntended() {
        return between(intended);
    }

    /** From the moment at which the database had confirmed the commit to the delivery, in ns. */
    Histogram fromCommit() {
        return between(committed);
    }

    private Histogram between(AtomicLongArray start) {
        Histogram latencies = Latencies.none();
        for (int i = 0; i < delivered.length(); i++) {
            if (delivered.get(i) != 0 && start.get(i) != 0) {
                // The log shows a commit to its reader before the writer hears of it: then it is nothing.
                latencies.recordValue(Math.max(0, delivered.get(i) - start.get(i)));
            }
        }
        return latencies;
    }
}
