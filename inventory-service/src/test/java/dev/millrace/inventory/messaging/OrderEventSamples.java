package dev.millrace.inventory.messaging;

import dev.millrace.messaging.EventIds;
import dev.millrace.messaging.InboundEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Events as order-service publishes them. */
public final class OrderEventSamples {

    private OrderEventSamples() {}

    /** An order of one product. */
    public static InboundEvent placed(UUID orderId, String sku, long quantity) {
        return placed(orderId, new JsonArray().add(line(sku, quantity)));
    }

    /** An order of these lines. */
    public static InboundEvent placed(UUID orderId, JsonArray lines) {
        return event(
                "order.placed",
                orderId,
                order(orderId, lines).put("placedAt", Instant.now().toString()));
    }

    public static InboundEvent cancelled(UUID orderId) {
        var order = order(orderId, new JsonArray().add(line("espresso-cup", 1)));
        return event(
                "order.cancelled",
                orderId,
                order.put("reason", "CUSTOMER_REQUEST")
                        .put("occurredAt", Instant.now().toString()));
    }

    /** An event of another type, with an order's data. */
    public static InboundEvent other(String type, UUID orderId) {
        return event(type, orderId, order(orderId, new JsonArray().add(line("espresso-cup", 1))));
    }

    public static InboundEvent event(String type, UUID orderId, JsonObject data) {
        return new InboundEvent(
                EventIds.next(),
                type,
                "/order-service",
                orderId.toString(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                null,
                data.toBuffer().getBytes());
    }

    public static JsonObject line(String sku, long quantity) {
        return new JsonObject()
                .put("sku", sku)
                .put("name", "Product " + sku)
                .put("quantity", quantity)
                .put("unitPrice", "5.50");
    }

    private static JsonObject order(UUID orderId, JsonArray lines) {
        return new JsonObject()
                .put("orderId", orderId.toString())
                .put("customer", new JsonObject().put("name", "Ada").put("email", "ada@example.org"))
                .put("lines", lines)
                .put("total", "5.50")
                .put("currency", "EUR");
    }
}
