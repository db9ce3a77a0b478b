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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** inventory-service is away for longer than an order may wait. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 30)
class InventoryDownTest {
    /** What the scheduled message and its handling may be late by on a busy machine. */
    private static final Duration SLACK = Duration.ofSeconds(10);

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
        String sku = system.inventory().newProduct("6.00", 20);
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

        List<String> waiting = IntStream.range(0, 3)
                .mapToObj(i ->
                        system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 2)))
                .toList();
        waiting.forEach(id -> assertEquals("PENDING", system.orders().status(id)));

        system.start(Part.INVENTORY);
        waiting.forEach(id -> {
            system.orders().awaitStatus(id, "CONFIRMED");
            system.notifications().awaitSent(id, "ORDER_CONFIRMED");
        });
        // The order that timed out was reserved late, and given back: seven units in and out.
        await("reservation of " + stuck)
                .until(() -> system.inventory().reservation(stuck).status() == 200);
        system.inventory().awaitStock(sku, new Stock(20, 6, 14));
        assertTimedOut(system.orders().get(stuck).expect(200).body());
        assertEquals(List.of("ORDER_CANCELLED"), system.notifications().kinds(stuck));
        assertEquals(1, system.mailbox().awaitMails(request.email(), 1).size());
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
