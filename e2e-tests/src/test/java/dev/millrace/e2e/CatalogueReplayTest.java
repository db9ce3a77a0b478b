package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** order-service's copy of the catalogue is lost, and comes back from the topic that carries it. */
@EndToEndTest
class CatalogueReplayTest {
    private static final String SUBSCRIPTION = "/api/topics/products/subscriptions/orders";

    private final Millrace system;

    CatalogueReplayTest(Millrace system) {
        this.system = system;
    }

    @Test
    void theCopyIsBackAfterItsSubscriptionWasPlacedAtTheBeginning() throws SQLException {
        system.requireOwnStack();
        String sku = system.inventory().newProduct("4.00", 10);
        // The topic keeps both; the copy has to end with the newer one.
        system.inventory().put(sku, "4.50").expect(200);
        await("the new price").until(() -> price(sku).equals("4.50"));
        long known = copied();

        system.execute(ServiceDatabase.ORDER, "delete from product_copy");
        OrderRequest request = OrderRequest.byNewCustomer().line(sku, 1);
        system.orders().place(UUID.randomUUID().toString(), request).expect(400);

        system.http(Part.BROKER)
                .send(
                        "POST",
                        SUBSCRIPTION + "/seek",
                        JsonNodeFactory.instance.objectNode().put("to", "earliest"))
                .expect(200);
        await("the copy has all products again").until(() -> copied() == known);
        await("the newest price").until(() -> price(sku).equals("4.50"));
        assertEquals(system.inventory().list().size(), copied(), "products in the copy and in inventory-service");
    }

    /** The price that an order gets. */
    private String price(String sku) {
        JsonNode order = system.orders().placed(OrderRequest.byNewCustomer().line(sku, 1));
        return order.path("lines").path(0).path("unitPrice").asText();
    }

    private long copied() throws SQLException {
        return system.count(ServiceDatabase.ORDER, "select count(*) from product_copy");
    }
}
