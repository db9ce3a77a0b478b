package dev.millrace.e2e.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** inventory-service. Thread-safe. */
public final class InventoryClient {
    private final HttpJson http;
    private final HttpJson orders;

    /**
     * @param http its root
     * @param orders root of order-service, which has to know a product before it can be ordered
     */
    public InventoryClient(HttpJson http, HttpJson orders) {
        this.http = http;
        this.orders = orders;
    }

    /** Units of a product. */
    public record Stock(long onHand, long reserved, long available) {}

    /** {@code GET /products/{sku}}. */
    public Answer product(String sku) {
        return http.get("/products/" + sku);
    }

    /** {@code GET /products}. */
    public List<JsonNode> list() {
        return http.get("/products").expect(200).items();
    }

    /** The stock of a product that exists. */
    public Stock stock(String sku) {
        JsonNode product = product(sku).expect(200).body();
        return new Stock(
                product.path("onHand").asLong(),
                product.path("reserved").asLong(),
                product.path("available").asLong());
    }

    /** {@code POST /products/{sku}/stock}. */
    public Answer addStock(String sku, long delta) {
        return http.send(
                "POST",
                "/products/" + sku + "/stock",
                JsonNodeFactory.instance.objectNode().put("delta", delta));
    }

    /** {@code GET /reservations/{orderId}}. */
    public Answer reservation(String orderId) {
        return http.get("/reservations/" + orderId);
    }

    /** {@code PUT /products/{sku}}. */
    public Answer put(String sku, String unitPrice) {
        return http.send(
                "PUT",
                "/products/" + sku,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", "Product " + sku)
                        .put("unitPrice", unitPrice)
                        .put("currency", "EUR"));
    }

    /** Whether it has a switch for faults. */
    public boolean hasFaults() {
        return http.get("/faults").status() == 200;
    }

    /** {@code PUT /faults/{sku}}: orders of this product fail from now on. */
    public void fail(String sku, String kind, String message) {
        http.send(
                        "PUT",
                        "/faults/" + sku,
                        JsonNodeFactory.instance.objectNode().put("kind", kind).put("message", message))
                .expect(200);
    }

    /** {@code DELETE /faults/{sku}}. */
    public void mend(String sku) {
        http.send("DELETE", "/faults/" + sku, JsonNodeFactory.instance.objectNode())
                .expect(204);
    }

    /** Makes a product that no other test knows, and waits until order-service has heard of it. Returns its sku. */
    public String newProduct(String unitPrice, long units) {
        String sku = "e2e-" + UUID.randomUUID();
        put(sku, unitPrice).expect(201);
        if (units > 0) {
            addStock(sku, units).expect(200);
        }
        await(sku + " can be ordered").until(() -> isOrderable(sku));
        return sku;
    }

    /** Asks with an order that is wrong in another way too, so that none is made. */
    private boolean isOrderable(String sku) {
        var request = OrderRequest.byNewCustomer().line(sku, 1).line("no-such-product-" + sku, 1);
        Answer answer = orders.send(
                "POST",
                "/orders",
                request.json().toString(),
                "application/json",
                Map.of("Idempotency-Key", UUID.randomUUID().toString()));
        answer.expect(400);
        return StreamSupport.stream(answer.body().path("errors").spliterator(), false)
                .noneMatch(error -> error.path("field").asText().startsWith("lines[0]"));
    }

    /** Waits until the stock is as expected. */
    public void awaitStock(String sku, Stock expected) {
        var last = new Stock[1];
        await("stock of " + sku + " becomes " + expected)
                .failFast(() -> last[0] != null && last[0].available() != last[0].onHand() - last[0].reserved())
                .until(() -> {
                    last[0] = stock(sku);
                    return last[0].equals(expected);
                });
    }
}
