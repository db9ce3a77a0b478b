package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The customer thinks again. */
@EndToEndTest
class CancellationTest {
    private final Millrace system;

    CancellationTest(Millrace system) {
        this.system = system;
    }

    @Test
    void aConfirmedOrderGivesItsStockBack() {
        String sku = system.inventory().newProduct("3.00", 10);
        var request = OrderRequest.byNewCustomer().line(sku, 4);
        String id = system.orders().placedId(request);
        system.orders().awaitStatus(id, "CONFIRMED");
        assertEquals(new Stock(10, 4, 6), system.inventory().stock(sku));

        system.orders().cancel(id).expect(202);

        assertCancelled(system.orders().awaitStatus(id, "CANCELLED"));
        system.inventory().awaitStock(sku, new Stock(10, 0, 10));
        system.notifications().awaitSent(id, "ORDER_CANCELLED", "ORDER_CONFIRMED");
        assertEquals(2, system.mailbox().awaitMails(request.email(), 2).size());
    }

    @Test
    void aPendingOrderStaysCancelledAndItsLateReservationIsGivenBack() {
        String sku = system.inventory().newProduct("3.00", 10);
        String id;
        try (var paused = system.relay().paused(RelayClient.ORDER_SOURCE)) {
            id = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 4));
            assertEquals("PENDING", system.orders().status(id));
            system.orders().cancel(id).expect(202);
            assertCancelled(system.orders().awaitStatus(id, "CANCELLED"));
        }
        system.notifications().awaitSent(id, "ORDER_CANCELLED");
        // Inventory has had order.cancelled when it has had whatever this later order says.
        String later = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 10));
        system.orders().awaitStatus(later, "CONFIRMED", "REJECTED");
        system.inventory().reservation(id).expect(200);
        assertCancelled(system.orders().get(id).expect(200).body());
        system.orders().cancel(later);
        system.inventory().awaitStock(sku, new Stock(10, 0, 10));
    }

    @Test
    void whatIsCancelledOrRejectedCannotBeCancelled() {
        String sku = system.inventory().newProduct("3.00", 1);
        String cancelled = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        system.orders().awaitStatus(cancelled, "CONFIRMED");
        system.orders().cancel(cancelled).expect(202);
        Problems.assertProblem(409, system.orders().cancel(cancelled));

        String rejected = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 2));
        system.orders().awaitStatus(rejected, "REJECTED");
        Problems.assertProblem(409, system.orders().cancel(rejected));

        Problems.assertProblem(404, system.orders().cancel(UUID.randomUUID().toString()));
        system.inventory().awaitStock(sku, new Stock(1, 0, 1));
    }

    private static void assertCancelled(JsonNode order) {
        assertEquals("CANCELLED", order.path("status").asText());
        assertEquals("CUSTOMER_REQUEST", order.path("reason").asText());
    }
}
