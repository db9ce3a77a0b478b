package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** inventory-service is away for longer than an order may wait. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 30)
class InventoryDownTest {
    /** What the scheduled message and its handling may be late by on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private static final long UNITS = 1_000;

    private final Millrace system;

    InventoryDownTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @Test
    void ordersAreTakenTimeOutAndTheLaterOnesCompleteWhenItIsBack() {
        system.requireFaults();
        String sku = system.inventory().newProduct("6.00", UNITS);
        system.stop(Part.INVENTORY);

        var request = OrderRequest.byNewCustomer().line(sku, 7);
        String stuck = system.orders().placedId(request);
        try (var events = system.orders().events(stuck)) {
            assertEquals(
                    "PENDING",
                    events.next(Duration.ofSeconds(10)).path("status").asText());
            JsonNode end = events.next(system.orderTimeout().plus(SLACK));
            assertEquals("CANCELLED", end.path("status").asText());
            assertTrue(events.heartbeats() > 0, "no heartbeat in " + system.orderTimeout());
        }
        assertTimedOut(system.orders().get(stuck).expect(200).body());
        system.notifications().awaitSent(stuck, "ORDER_CANCELLED");

        List<String> waiting = placedUntilInventoryIsBack(sku);
        // The last one has had almost no time to time out; on a slow machine the first ones may have.
        system.orders().awaitStatus(waiting.getLast(), "CONFIRMED");
        system.notifications().awaitSent(waiting.getLast(), "ORDER_CONFIRMED");
        long confirmed = waiting.stream().filter(this::isConfirmed).count();

        // The order that timed out was reserved late, and given back: seven units in and out.
        await("reservation of " + stuck)
                .until(() -> system.inventory().reservation(stuck).status() == 200);
        system.inventory().awaitStock(sku, new Stock(UNITS, confirmed, UNITS - confirmed));
        assertTimedOut(system.orders().get(stuck).expect(200).body());
        assertEquals(List.of("ORDER_CANCELLED"), system.notifications().kinds(stuck));
        assertEquals(1, system.mailbox().awaitMails(request.email(), 1).size());
    }

    /** Starts inventory-service and orders one unit again and again meanwhile. */
    private List<String> placedUntilInventoryIsBack(String sku) {
        var waiting = new ArrayList<String>();
        try (var starter = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> back = starter.submit(() -> system.start(Part.INVENTORY));
            await("inventory-service is back")
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> {
                        boolean done = back.isDone();
                        waiting.add(system.orders()
                                .placedId(OrderRequest.byNewCustomer().line(sku, 1)));
                        return done;
                    });
        }
        return waiting;
    }

    private boolean isConfirmed(String id) {
        JsonNode order = system.orders().awaitSettled(id);
        if (order.path("status").asText().equals("CONFIRMED")) {
            return true;
        }
        assertTimedOut(order);
        return false;
    }

    private void assertTimedOut(JsonNode order) {
        assertEquals("CANCELLED", order.path("status").asText());
        assertEquals("TIMED_OUT", order.path("reason").asText());
        Duration age = Duration.between(
                Instant.parse(order.path("createdAt").asText()),
                Instant.parse(order.path("updatedAt").asText()));
        assertTrue(
                age.compareTo(system.orderTimeout()) >= 0
                        && age.compareTo(system.orderTimeout().plus(SLACK)) < 0,
                "timed out after " + age + ", expected " + system.orderTimeout());
    }
}
