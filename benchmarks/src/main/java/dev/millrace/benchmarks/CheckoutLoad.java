package dev.millrace.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Orders at a fixed rate, each followed until it is settled. Used once. */
final class CheckoutLoad {
    static final String TO_CONFIRMED = "intended POST to CONFIRMED";
    private static final String ANSWERED = "intended POST to 201";

    private final OrderSite site;
    private final String sku;
    private final Watcher watcher;
    private final LatencyTable latencies = new LatencyTable();
    private final ConcurrentLinkedQueue<String> confirmed = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> errors = new TreeMap<>();
    private int refused;
    private OpenLoop.Run run;

    /** Waits until an order is settled; returns that status. */
    @FunctionalInterface
    interface Watcher {
        String awaitSettled(OrderSite site, String id) throws IOException, InterruptedException;
    }

    CheckoutLoad(OrderSite site, String sku, Watcher watcher) {
        this.site = site;
        this.sku = sku;
        this.watcher = watcher;
        latencies.row(ANSWERED);
        latencies.row(TO_CONFIRMED);
    }

    void run(Schedule schedule, Duration settleLimit) throws InterruptedException {
        run = new OpenLoop(schedule).run(this::checkout, settleLimit.toNanos());
    }

    LatencyTable latencies() {
        return latencies;
    }

    /** Ids of the confirmed orders. */
    Collection<String> confirmed() {
        return confirmed;
    }

    /** What became of the orders, in one or two lines. */
    synchronized String outcome() {
        return "orders: %d sent, %d confirmed, %d refused (429), %d not settled in time, %d not sent because too many were under way; errors: %s%n"
                        .formatted(
                                run.sent(),
                                confirmed.size(),
                                refused,
                                run.unfinished(),
                                run.skipped(),
                                errors.isEmpty() ? "none" : errors)
                + "generator: at most %.1f ms late".formatted(run.maxLatenessNanos() / 1e6);
    }

    private void checkout(long intended) {
        try {
            String id = site.place(sku);
            latencies.record(ANSWERED, System.nanoTime() - intended);
            String status = watcher.awaitSettled(site, id);
            long settled = System.nanoTime();
            if (status.equals("CONFIRMED")) {
                latencies.record(TO_CONFIRMED, settled - intended);
                confirmed.add(id);
            } else {
                count(status);
            }
        } catch (OrderSite.UnexpectedAnswerException e) {
            if (e.status() == OrderSite.TOO_MANY_REQUESTS) {
                refused();
            } else {
                count(e.getMessage());
            }
        } catch (IOException e) {
            count(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the end of the run; counted as not settled
        }
    }

    private synchronized void refused() {
        refused++;
    }

    /** Orders answered with 429: they are no errors, and in no latency. */
    synchronized int refusals() {
        return refused;
    }

    private synchronized void count(String error) {
        errors.merge(error, 1, Integer::sum);
    }
}
