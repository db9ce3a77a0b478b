package dev.millrace.benchmarks;

import dev.millrace.benchmarks.broker.TextTable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/**
 * Looks for the highest rate of orders that is sustained: none is refused or fails, all are settled within two seconds
 * after the last one, and each is found as CONFIRMED afterwards. It is doubled until it is not (or halved until it is),
 * and then halved in.
 */
final class MaximumSearch {
    private static final int HALVINGS = 3;
    /** Orders a second; a machine that does not sustain that measures something else. */
    private static final double SLOWEST = 2;

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long MAX_MICROS = 3_600_000_000L;

    private final OrderSite site;
    private final String sku;
    private final Duration length;
    private final TextTable table =
            new TextTable("orders/s", "accepted", "429", "failed", "ms to 201 p50", "p99", "settled after s", "lost");

    MaximumSearch(OrderSite site, String sku, Duration length) {
        this.site = site;
        this.sku = sku;
        this.length = length;
    }

    /** The highest rate that was sustained, beginning with {@code from}; 0 if not even {@value #SLOWEST} a second were. */
    double search(double from) throws InterruptedException {
        double sustained = from;
        double tooMuch = from;
        if (isSustained(from)) {
            for (tooMuch *= 2; isSustained(tooMuch); tooMuch *= 2) {
                sustained = tooMuch;
            }
        } else {
            for (sustained /= 2; !isSustained(sustained); sustained /= 2) {
                tooMuch = sustained;
                if (tooMuch <= SLOWEST) {
                    return 0;
                }
            }
        }
        for (int i = 0; i < HALVINGS; i++) {
            double between = (sustained + tooMuch) / 2;
            if (isSustained(between)) {
                sustained = between;
            } else {
                tooMuch = between;
            }
        }
        return sustained;
    }

    /** The rates that were tried, in this order. */
    String print() {
        return table.print();
    }

    private boolean isSustained(double rate) throws InterruptedException {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        var refused = new LongAdder();
        var failed = new LongAdder();
        Histogram latencies = new SynchronizedHistogram(MAX_MICROS, 3);
        OpenLoop.Run run = new OpenLoop(new Schedule(rate, length))
                .run(
                        intended -> {
                            try {
                                accepted.add(site.place(sku));
                                latencies.recordValue(
                                        Math.clamp((System.nanoTime() - intended) / 1_000, 0, MAX_MICROS));
                            } catch (OrderSite.UnexpectedAnswerException e) {
                                (e.status() == OrderSite.TOO_MANY_REQUESTS ? refused : failed).increment();
                            } catch (IOException e) {
                                failed.increment();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        LIMIT.toNanos());
        double seconds = settledAfter();
        long lost = lost(accepted);
        long unsent = failed.sum() + run.skipped() + run.unfinished();
        table.row(
                TextTable.number(rate, 0),
                TextTable.number(accepted.size(), 0),
                TextTable.number(refused.sum(), 0),
                TextTable.number(unsent, 0),
                TextTable.number(latencies.getValueAtPercentile(50) / 1e3, 1),
                TextTable.number(latencies.getValueAtPercentile(99) / 1e3, 1),
                TextTable.number(seconds, 1),
                TextTable.number(lost, 0));
        System.out.printf("  %.0f orders/s: tried%n", rate);
        return refused.sum() == 0 && unsent == 0 && lost == 0 && seconds <= SETTLED_WITHIN.toNanos() / 1e9;
    }

    private double settledAfter() throws InterruptedException {
        long start = System.nanoTime();
        try {
            while (site.isAnyPending()) {
                if (System.nanoTime() - start > LIMIT.toNanos()) {
                    return Double.POSITIVE_INFINITY;
                }
                Thread.sleep(50);
            }
        } catch (IOException e) {
            throw new MeasurementFailure("The pending orders cannot be read (%s).".formatted(e), e);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** Accepted orders that are not CONFIRMED. */
    private long lost(Set<String> accepted) throws InterruptedException {
        try {
            Map<String, String> statuses = site.newest(accepted);
            return accepted.stream()
                    .filter(id -> !"CONFIRMED".equals(statuses.get(id)))
                    .count();
        } catch (IOException e) {
            throw new MeasurementFailure("The orders cannot be read again (%s).".formatted(e), e);
        }
    }
}
