package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.client.StatusStream;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code GET /orders/{id}/events}. */
@EndToEndTest
class StatusStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Millrace system;

    StatusStreamTest(Millrace system) {
        this.system = system;
    }

    @Test
    void everyStatusIsStreamedOnceAndInOrder() {
        String sku = system.inventory().newProduct("3.00", 10);
        String id;
        StatusStream events;
        try (var paused = system.relay().paused(RelayClient.ORDER_SOURCE)) {
            id = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
            events = system.orders().events(id);
            assertEquals("PENDING", nextStatus(events));
        }
        try (events) {
            assertEquals("CONFIRMED", nextStatus(events));
            system.orders().cancel(id).expect(202);
            assertEquals("CANCELLED", nextStatus(events));
            assertEquals(0, events.waiting(), "more than three statuses");
        }
    }

    @Test
    void aLateListenerLearnsThePresentStatus() {
        String sku = system.inventory().newProduct("3.00", 10);
        String id = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        system.orders().awaitStatus(id, "CONFIRMED");
        try (var events = system.orders().events(id);
                var another = system.orders().events(id)) {
            assertEquals("CONFIRMED", nextStatus(events));
            assertEquals("CONFIRMED", nextStatus(another));
        }
    }

    private static String nextStatus(StatusStream events) {
        return events.next(LIMIT).path("status").asText();
    }
}
