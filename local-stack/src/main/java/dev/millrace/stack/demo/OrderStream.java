package dev.millrace.stack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Customers who order one product, one after the other at a steady rate, whatever becomes of the orders before. */
final class OrderStream implements AutoCloseable {
    private static final int UNITS_AT_MOST = 3;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Placed> accepted = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final Future<List<Future<?>>> customers;
    private final int orders;

    /**
     * Starts ordering.
     *
     * @param orders how many
     * @param perSecond at which rate
     */
    OrderStream(Shop shop, String sku, int orders, int perSecond) {
        this.orders = orders;
        Duration pause = Duration.ofSeconds(1).dividedBy(perSecond);
        customers = threads.submit(() -> {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < orders; i++) {
                int units = 1 + i % UNITS_AT_MOST;
                all.add(threads.submit(() -> {
                    try {
                        add(shop.place(sku, units));
                    } finally {
                        answered.incrementAndGet();
                    }
                    return null;
                }));
                Thread.sleep(pause);
            }
            return all;
        });
    }

    private synchronized void add(Placed order) {
        accepted.add(order);
    }

    /** Those that are accepted so far. */
    synchronized List<Placed> accepted() {
        return List.copyOf(accepted);
    }

    /** Whether every customer was answered, in whatever way. */
    boolean isOver() {
        return answered.get() == orders;
    }

    /** Waits until this many are accepted. */
    void awaitAccepted(int orders) throws InterruptedException {
        Waiting.until(
                orders + " orders are accepted",
                Duration.ofSeconds(30),
                () -> accepted().size() >= orders);
    }

    /**
     * Waits for the last order; returns all.
     *
     * @throws DemoFailure if one was not accepted
     */
    List<Placed> awaitAll() throws InterruptedException {
        try {
            for (Future<?> customer : customers.get()) {
                customer.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DemoFailure failure) {
                throw failure;
            }
            throw new DemoFailure("A customer could not order: " + e.getCause() + ".");
        }
        return accepted();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
