package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;

import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.Millrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Several customers who order one product at the same time, as fast as they are answered; some cancel at once. A request
 * that fails is repeated with the same key until it is answered. Each order has a customer of its own.
 */
final class OrderLoad {
    private static final int CUSTOMERS = 6;
    private static final int MAX_QUANTITY = 3;
    private static final double CANCELLING = 0.1;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Too many requests; a service, its database or what stands before them is away. 500 is none of these: a fault. */
    private static final Set<Integer> PASSING = Set.of(429, 502, 503, 504);

    private final Millrace system;
    private final Seed seed;
    private final String sku;
    private final int orders;
    private final Duration pause;
    private final String run = "load-" + UUID.randomUUID();
    private final OrderLedger ledger = new OrderLedger();
    private final AtomicInteger next = new AtomicInteger();

    /** As fast as they are answered. */
    OrderLoad(Millrace system, Seed seed, String sku, int orders) {
        this(system, seed, sku, orders, 0);
    }

    /** @param perSecond orders per second of all customers at most; 0: as fast as they are answered */
    OrderLoad(Millrace system, Seed seed, String sku, int orders, int perSecond) {
        this.system = system;
        this.seed = seed;
        this.sku = sku;
        this.orders = orders;
        this.pause =
                perSecond == 0 ? Duration.ZERO : Duration.ofSeconds(CUSTOMERS).dividedBy(perSecond);
    }

    /** What the addresses of these customers, and of no others, contain. */
    String customers() {
        return run;
    }

    /**
     * Places all orders.
     *
     * @param after how many are accepted when the fault begins
     * @param fault runs beside the customers
     */
    OrderLedger run(int after, Runnable fault) throws InterruptedException, ExecutionException {
        var reached = new CountDownLatch(after);
        try (var customers = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                var all = new ArrayList<Future<?>>();
                for (int i = 0; i < CUSTOMERS; i++) {
                    all.add(customers.submit(() -> {
                        customer(reached);
                        return null;
                    }));
                }
                if (!reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("only " + ledger.size() + " orders were accepted in " + PATIENCE);
                }
                fault.run();
                for (Future<?> customer : all) {
                    customer.get();
                }
            } finally {
                customers.shutdownNow(); // when something has failed, nobody waits for the rest
            }
        }
        return ledger;
    }

    /** Orders accepted so far. */
    int accepted() {
        return ledger.size();
    }

    private void customer(CountDownLatch reached) throws InterruptedException {
        for (int number = next.getAndIncrement(); number < orders; number = next.getAndIncrement()) {
            // By number, so that the seed gives the same orders however the customers take turns.
            var random = new SplittableRandom(seed.value() + number);
            int quantity = random.nextInt(1, MAX_QUANTITY + 1);
            String email = "customer-%d-%s@example.org".formatted(number, run);
            String id = place(OrderRequest.by(email).line(sku, quantity));
            ledger.accepted(new OrderLedger.Entry(id, quantity, email));
            reached.countDown();
            if (random.nextDouble() < CANCELLING) {
                cancel(id);
            }
            Thread.sleep(pause);
        }
    }

    private String place(OrderRequest request) {
        String key = UUID.randomUUID().toString();
        return answered("order of " + request.email(), Set.of(201), () -> system.orders()
                        .place(key, request))
                .body()
                .path("id")
                .asText();
    }

    private void cancel(String id) {
        // Of a retried cancellation that had arrived before, and of an order that was rejected, 409 is the true answer.
        Answer answer = answered(
                "cancellation of " + id, Set.of(202, 409), () -> system.orders().cancel(id));
        if (answer.status() == 202) {
            ledger.cancelled(id);
        }
    }

    private Answer answered(String what, Set<Integer> fine, Supplier<Answer> request) {
        var last = new AtomicReference<Answer>();
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> {
                    Answer answer = request.get();
                    last.set(answer);
                    if (PASSING.contains(answer.status())) {
                        ledger.retried();
                        return false;
                    }
                    return true;
                });
        Answer answer = last.get();
        if (!fine.contains(answer.status())) {
            throw new AssertionError("%s: expected one of %s, got %s; %s".formatted(what, fine, answer, seed));
        }
        return answer;
    }
}
