package dev.millrace.benchmarks.load;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * Counts what the clients of one load see. Latencies count from the time for which a message was intended: with an open
 * loop that is its place in the schedule, else the moment of its sending. Thread-safe.
 */
public final class Meter {
    private final List<ClientMeter> clients = new CopyOnWriteArrayList<>();
    private final LongAdder refused = new LongAdder();
    private final AtomicReference<String> firstRefusal = new AtomicReference<>();

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

    /** A meter for one more client, added up with the others. */
    ClientMeter client() {
        var client = new ClientMeter();
        clients.add(client);
        return client;
    }

    /** Forgets the latencies so far; the counters go on. */
    public void forgetLatencies() {
        acknowledgementLatencies();
        deliveryLatencies();
    }

    /** The counters now. */
    public Reading read() {
        return new Reading(System.nanoTime(), sum(ClientMeter::acknowledgedCount), sum(ClientMeter::deliveredCount));
    }

    /** Times to the acknowledgement in ns since the last time that this was asked for. */
    public Histogram acknowledgementLatencies() {
        return merged(ClientMeter::acknowledgementLatencies);
    }

    /** Times to the delivery in ns since the last time that this was asked for. */
    public Histogram deliveryLatencies() {
        return merged(ClientMeter::deliveryLatencies);
    }

    /** The least time to a delivery in ns, below 0 if a message came early; {@link Long#MAX_VALUE} without one. */
    public long leastDelivery() {
        return clients.stream().mapToLong(ClientMeter::leastDelivery).min().orElse(Long.MAX_VALUE);
    }

    /** Messages that the broker refused, or lost with a connection. */
    public long refused() {
        return refused.sum();
    }

    /** Why the first of them was refused. */
    public String firstRefusal() {
        return firstRefusal.get();
    }

    /** How many messages may still be published until so many are not consumed. */
    long room(long window, int copies) {
        return window - (sum(ClientMeter::publishedCount) - sum(ClientMeter::deliveredCount) / copies);
    }

    void refused(Object why) {
        refused.increment();
        firstRefusal.compareAndSet(null, String.valueOf(why));
    }

    private long sum(ToLongFunction<ClientMeter> counter) {
        return clients.stream().mapToLong(counter).sum();
    }

    private Histogram merged(Function<ClientMeter, Histogram> latencies) {
        var merged = new Histogram(ClientMeter.MAX_NANOS, ClientMeter.SIGNIFICANT_DIGITS);
        clients.forEach(client -> merged.add(latencies.apply(client)));
        return merged;
    }
}
