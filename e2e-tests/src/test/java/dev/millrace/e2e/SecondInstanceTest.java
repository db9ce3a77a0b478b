package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.client.OrderClient;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Instance;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes of each service beside each other. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 40)
class SecondInstanceTest {
    private static final int CHANGES = 20;
    /** The promise is 100 ms on a machine that is not busy with tests; the figure is printed. */
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(1);

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ORDERS = 200;

    /** Counters that go up by what arrives, one of each service at least. */
    private static final List<String> HANDLED = List.of(
            "millrace_orders_transitions_total", "inventory_reservations_total", "millrace_inbox_ignored_total");

    private final Millrace system;

    SecondInstanceTest(Millrace system) {
        this.system = system;
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aChangeThatOneInstanceMakesIsStreamedByTheOther() {
        system.requireOwnStack();
        String sku = system.inventory().newProduct("2.00", CHANGES);
        var delays = new ArrayList<Duration>();
        try (Instance second = system.another(Part.ORDER, 2);
                // Nobody but us changes these orders.
                var paused = system.relay().paused(RelayClient.ORDER_SOURCE)) {
            var other = new OrderClient(second.http());
            for (int i = 0; i < CHANGES; i++) {
                String id =
                        system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
                try (var events = other.events(id)) {
                    assertEquals("PENDING", events.next(LIMIT).path("status").asText());
                    JsonNode cancelled = system.orders().cancel(id).expect(202).body();
                    JsonNode event = events.next(LIMIT);
                    // A moment before the commit, by the clock of this machine as well.
                    delays.add(Duration.between(
                            Instant.parse(cancelled.path("updatedAt").asText()), Instant.now()));
                    assertEquals("CANCELLED", event.path("status").asText());
                }
            }
        }
        Collections.sort(delays);
        System.out.printf(
                "from the change in one instance to the client of the other: median %d ms, worst %d ms of %d%n",
                delays.get(CHANGES / 2).toMillis(), delays.getLast().toMillis(), CHANGES);
        assertTrue(delays.getLast().compareTo(CHANGE_LIMIT) <= 0, delays::toString);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void instancesShareTheWorkAndWhatHappensToAnOrderHappensInOrder() throws Exception {
        system.requireOwnStack();
        Seed seed = Seed.next();
        long units = ORDERS; // about half of what is wanted
        String sku = system.inventory().newProduct("2.50", units);
        try (Instance order = system.another(Part.ORDER, 2);
                Instance inventory = system.another(Part.INVENTORY, 2);
                Instance notification = system.another(Part.NOTIFICATION, 2);
                var client = system.amqp()) {
            Transcript transcript = Transcript.of(client.receiver("orders", 100), client.receiver("stock", 100));
            Map<String, Double> before = handled(order, inventory, notification);
            var load = new OrderLoad(system, seed, sku, ORDERS);
            OrderLedger ledger = load.run(1, () -> {});
            new Reconciliation(system, seed, ledger, load.customers()).check(sku, units);

            handled(order, inventory, notification)
                    .forEach((instance, events) ->
                            assertTrue(events - before.get(instance) >= ORDERS / 20.0, () -> "%s handled %.0f events"
                                    .formatted(instance, events - before.get(instance))));
            Map<String, List<String>> told = transcript.end();
            assertAll(
                    seed.toString(),
                    ledger.entries().stream()
                            .map(entry -> () -> assertInOrder(entry.id(), told.getOrDefault(entry.id(), List.of()))));
        }
    }

    /** How many events each process has handled so far. */
    private Map<String, Double> handled(Instance order, Instance inventory, Instance notification) {
        var handled = new HashMap<String, Double>();
        for (Part part : List.of(Part.ORDER, Part.INVENTORY, Part.NOTIFICATION)) {
            handled.put(part.id(), handled(system.http(part)));
        }
        handled.put("second order-service", handled(order.http()));
        handled.put("second inventory-service", handled(inventory.http()));
        handled.put("second notification-service", handled(notification.http()));
        return handled;
    }

    private static double handled(HttpJson part) {
        return part.get("/q/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> HANDLED.stream().anyMatch(line::startsWith))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** What topics carry, by ordering key, written down while it comes. */
    private record Transcript(Map<String, List<String>> types, List<Thread> readers) {
        private static final Duration QUIET = Duration.ofSeconds(3);

        static Transcript of(AmqpReceiver... topics) {
            var transcript = new Transcript(new ConcurrentHashMap<>(), new ArrayList<>());
            for (AmqpReceiver topic : topics) {
                transcript.readers.add(Thread.ofVirtual().start(() -> transcript.read(topic)));
            }
            return transcript;
        }

        private void read(AmqpReceiver topic) {
            for (var next = topic.poll(LIMIT); next.isPresent(); next = topic.poll(QUIET)) {
                next.get().accept();
                var message = next.get().message();
                types.computeIfAbsent(message.getGroupId(), key -> Collections.synchronizedList(new ArrayList<>()))
                        .add(Messages.attribute(message, "type"));
            }
        }

        /** When nothing comes any more. */
        Map<String, List<String>> end() throws InterruptedException {
            for (Thread reader : readers) {
                reader.join();
            }
            return types;
        }
    }

    private static void assertInOrder(String id, List<String> told) {
        List<String> ofOrder =
                told.stream().filter(type -> type.startsWith("order.")).toList();
        List<String> ofStock =
                told.stream().filter(type -> type.startsWith("stock.")).toList();
        assertTrue(
                List.of(
                                List.of("order.placed", "order.confirmed"),
                                List.of("order.placed", "order.rejected"),
                                List.of("order.placed", "order.cancelled"),
                                List.of("order.placed", "order.confirmed", "order.cancelled"))
                        .contains(ofOrder),
                () -> "order " + id + ": " + ofOrder);
        assertTrue(
                List.of(
                                List.<String>of(),
                                List.of("stock.reserved"),
                                List.of("stock.refused"),
                                List.of("stock.reserved", "stock.released"))
                        .contains(ofStock),
                () -> "order " + id + ": " + ofStock);
    }
}
