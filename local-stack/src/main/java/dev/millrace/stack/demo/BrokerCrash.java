package dev.millrace.stack.demo;

import dev.millrace.stack.Part;
import dev.millrace.stack.Port;
import java.util.List;

/** The broker is killed under orders. */
final class BrokerCrash implements Script {
    private static final int ORDERS = 100;
    private static final int PER_SECOND = 20;
    private static final int BEFORE = 25;
    private static final long UNITS = 1_000;

    private final DemoSystem system;
    private final Story story;
    private final Shop shop;
    private final Metrics metrics;

    BrokerCrash(DemoSystem system, Story story) {
        this.system = system;
        this.story = story;
        this.shop = new Shop(system);
        this.metrics = new Metrics(system, Port.BROKER_HTTP);
    }

    @Override
    public void run() throws InterruptedException {
        String sku = shop.newProduct("cup", UNITS);
        var audit = new Audit(shop, story);
        story.step("%d customers order, %d per second".formatted(ORDERS, PER_SECOND));
        try (var stream = new OrderStream(shop, sku, ORDERS, PER_SECOND)) {
            stream.awaitAccepted(BEFORE);
            story.see("%d orders are accepted", stream.accepted().size());
            story.step("SIGKILL for the broker");
            long pid = system.kill(Part.BROKER);
            int before = stream.accepted().size();
            story.see("process %d is gone; customers go on ordering", pid);
            system.awaitReady(Part.BROKER);
            int meanwhile = stream.accepted().size() - before;
            story.see("the broker is back; %d orders were accepted without it and waited in the outbox", meanwhile);
            story.check(meanwhile > 0, "orders are accepted without a broker", "%d meanwhile", meanwhile);

            story.step("Everything that was accepted is done");
            List<Placed> orders = stream.awaitAll();
            audit.awaitSettled(orders);
            story.see(
                    "the broker recognised %.0f events that the relay sent again",
                    metrics.sum("broker_destination_duplicates_total", ""));
            audit.check(sku, orders);
        }
    }
}
