package dev.millrace.stack.demo;

import dev.millrace.stack.Part;
import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.Port;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** The relay is killed under orders: its lag grows, and goes. */
final class RelayCrash implements Script {
    private static final int ORDERS = 120;
    private static final int PER_SECOND = 20;
    private static final int BEFORE = 25;
    private static final long UNITS = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final DemoSystem system;
    private final Story story;
    private final Shop shop;
    private final Metrics orderMetrics;

    RelayCrash(DemoSystem system, Story story) {
        this.system = system;
        this.story = story;
        this.shop = new Shop(system);
        this.orderMetrics = new Metrics(system, Port.ORDER_HTTP);
    }

    @Override
    public void run() throws InterruptedException {
        String sku = shop.newProduct("cup", UNITS);
        var audit = new Audit(shop, story);
        story.step("%d customers order, %d per second".formatted(ORDERS, PER_SECOND));
        try (var stream = new OrderStream(shop, sku, ORDERS, PER_SECOND)) {
            stream.awaitAccepted(BEFORE);
            story.see("%d orders are accepted", stream.accepted().size());
            story.step("SIGKILL for the relay");
            long pid = system.kill(Part.RELAY);
            story.see("process %d is gone; customers go on ordering", pid);
            double most = watchLag(stream);
            story.check(most > 0, "the lag can be seen while there is no relay", "%.0f events at most", most);

            story.step("Everything that was accepted is done");
            List<Placed> orders = stream.awaitAll();
            audit.awaitSettled(orders);
            story.see("the relay says of itself: %s", relay());
            Waiting.until("the lag is 0 again", LIMIT, () -> lag().orElse(1) == 0);
            story.check(true, "the lag goes", "0 events wait in the outbox of order-service");
            audit.check(sku, orders);
        }
    }

    /** Until the relay is ready; returns the most that waited. */
    private double watchLag(OrderStream stream) throws InterruptedException {
        double most = 0;
        double told = -1;
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!system.isReady(Part.RELAY)) {
            double lag = lag().orElse(0);
            if (lag != told) {
                story.see(
                        "%d orders are accepted, %.0f events wait in the outbox",
                        stream.accepted().size(), lag);
                told = lag;
            }
            most = Math.max(most, lag);
            if (System.nanoTime() > end) {
                throw new DemoFailure("The relay did not come back within " + LIMIT.toSeconds() + " s.");
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        story.see("the relay is back");
        return Math.max(most, lag().orElse(0));
    }

    /** Committed events of order-service that the broker has not accepted, as order-service itself counts them. */
    private OptionalDouble lag() throws InterruptedException {
        return orderMetrics.ifAnswered("millrace_outbox_backlog");
    }

    private String relay() throws InterruptedException {
        try {
            return system.http()
                    .get(Port.RELAY_HTTP, "/relay")
                    .body()
                    .valueStream()
                    .map(source -> "%s %s, %d published, %d sent again and recognised"
                            .formatted(
                                    source.path("source").asText(),
                                    source.path("state").asText(),
                                    source.path("published").asLong(),
                                    source.path("duplicatesSuppressed").asLong()))
                    .reduce((one, other) -> one + "; " + other)
                    .orElse("nothing");
        } catch (PartsHttp.NoAnswerException e) {
            throw new DemoFailure(e.getMessage() + ".");
        }
    }
}
