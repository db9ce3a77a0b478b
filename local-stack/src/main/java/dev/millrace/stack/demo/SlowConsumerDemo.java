package dev.millrace.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** A consumer that takes its time, on a subscription of its own, beside the real ones. */
final class SlowConsumerDemo implements Script {
    private static final int ORDERS = 120;
    private static final int PER_SECOND = 20;
    private static final int CREDIT = 10;
    private static final Duration WORK = Duration.ofMillis(150);
    private static final long UNITS = 1_000;
    private static final int MOST_WORKERS = 20;
    /** Two for each order: placed, confirmed. */
    private static final int EVENTS = 2 * ORDERS;

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final DemoSystem system;
    private final Story story;
    private final Shop shop;
    private final Broker broker;
    private final List<AmqpWorker> workers = new ArrayList<>();
    private final String name;
    private long mostInFlight;

    SlowConsumerDemo(DemoSystem system, Story story) {
        this.system = system;
        this.story = story;
        this.shop = new Shop(system);
        this.broker = new Broker(system);
        this.name = shop.run() + "-slow";
    }

    @Override
    public void run() throws InterruptedException {
        String sku = shop.newProduct("cup", UNITS);
        String path = "/api/topics/orders/subscriptions/" + name;
        story.step("One more subscriber of all orders, that takes %d ms for each event and holds at most %d"
                .formatted(WORK.toMillis(), CREDIT));
        story.call("PUT", path, "{\"from\":\"latest\"}");
        broker.call("PUT", path, Broker.object().put("from", "latest"));
        try {
            addWorker();
            long needed = overwhelm(sku);
            catchUp(needed);
        } finally {
            workers.forEach(AmqpWorker::close);
            broker.call("DELETE", path, null);
        }
        story.call("DELETE", path, "");
        checkWorkers();
    }

    /** Orders at a rate that it cannot keep up with; returns how many workers it would take. */
    private long overwhelm(String sku) throws InterruptedException {
        story.step("%d customers order, %d per second: more than it can take".formatted(ORDERS, PER_SECOND));
        long needed = 0;
        try (var stream = new OrderStream(shop, sku, ORDERS, PER_SECOND)) {
            while (!stream.isOver()) {
                Thread.sleep(BETWEEN_LOOKS);
                JsonNode slow = look();
                JsonNode inventory = broker.subscription("orders", "inventory");
                story.see(
                        "lag %d, in flight %d, workers needed %d; meanwhile orders::inventory: lag %d",
                        slow.path("lag").asLong(),
                        slow.path("inFlight").asLong(),
                        slow.path("workersNeeded").asLong(),
                        inventory.path("lag").asLong());
                needed = Math.max(needed, slow.path("workersNeeded").asLong());
            }
            List<Placed> orders = stream.awaitAll();
            new Audit(shop, story).awaitSettled(orders);
            for (Placed order : orders) {
                shop.awaitSent(order);
            }
            long lag = look().path("lag").asLong();
            story.see("all mails are sent, too; the slow one is %d events behind", lag);
            story.check(
                    lag > 0,
                    "the slow one holds up nobody else",
                    "%d orders done, mails included, while it was %d events behind",
                    orders.size(),
                    lag);
            story.check(needed > 1, "its lag shows, and how many workers it would take", "%d workers", needed);
        }
        return needed;
    }

    private void catchUp(long needed) throws InterruptedException {
        long wanted = Math.min(Math.max(needed, 2), MOST_WORKERS);
        story.step("It gets what it needs: %d workers".formatted(wanted));
        while (workers.size() < wanted) {
            addWorker();
        }
        var told = new long[] {System.nanoTime()};
        Waiting.until("it has caught up", LIMIT, () -> {
            JsonNode slow = look();
            boolean done = slow.path("depth").asLong() == 0;
            if (done || System.nanoTime() - told[0] > BETWEEN_LOOKS.toNanos()) {
                told[0] = System.nanoTime();
                story.see(
                        "lag %d, in flight %d",
                        slow.path("lag").asLong(), slow.path("inFlight").asLong());
            }
            return done;
        });
        story.check(true, "it catches up", "lag 0 with %d workers", workers.size());
    }

    private void checkWorkers() {
        int held = workers.stream().mapToInt(AmqpWorker::mostHeld).max().orElse(0);
        long bound = (long) CREDIT * workers.size();
        story.check(
                held <= CREDIT && mostInFlight <= bound,
                "no worker ever holds more than its credit of " + CREDIT,
                "%d at most, says the worker; %d in flight at most with up to %d workers, says the broker",
                held,
                mostInFlight,
                workers.size());
        List<String> received =
                workers.stream().flatMap(worker -> worker.received().stream()).toList();
        int different = new HashSet<>(received).size();
        story.check(
                different == received.size() && different >= EVENTS,
                "it gets every event, and each once",
                "%d events, %d of them different; %d orders make at least %d",
                received.size(),
                different,
                ORDERS,
                EVENTS);
    }

    private void addWorker() throws InterruptedException {
        workers.add(AmqpWorker.on(system, "orders::" + name, CREDIT, WORK));
    }

    private JsonNode look() throws InterruptedException {
        JsonNode slow = broker.subscription("orders", name);
        mostInFlight = Math.max(mostInFlight, slow.path("inFlight").asLong());
        return slow;
    }
}
