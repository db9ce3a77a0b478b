package dev.millrace.notification.messaging;

import dev.millrace.messaging.EventIds;
import dev.millrace.messaging.InboundEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Events as order-service publishes them, and jobs as this service does. */
public final class EventSamples {

    private EventSamples() {}

    /** {@code order.confirmed} and its like. */
    public static InboundEvent order(String type, UUID orderId, String recipient, String reason) {
        var line = new JsonObject()
                .put("sku", "espresso-cup")
                .put("name", "Espresso cup")
                .put("quantity", 2)
                .put("unitPrice", "5.50");
        var data = new JsonObject()
                .put("orderId", orderId.toString())
                .put("customer", new JsonObject().put("name", "Ada Lovelace").put("email", recipient))
                .put("lines", new JsonArray().add(line))
                .put("total", "11.00")
                .put("currency", "EUR")
                .put("occurredAt", Instant.now().toString());
        if (reason != null) {
            data.put("reason", reason);
        }
        return event(type, "/order-service", orderId, data);
    }

    /** The job of sending one e-mail. */
    public static InboundEvent job(UUID notificationId, UUID orderId, String recipient) {
        var data = new JsonObject()
                .put("notificationId", notificationId.toString())
                .put("orderId", orderId.toString())
                .put("kind", "ORDER_CONFIRMED")
                .put("recipient", recipient)
                .put("subject", "Your order " + orderId + " is confirmed")
                .put("text", "Hello");
        return event("email.requested", "/notification-service", notificationId, data);
    }

    public static InboundEvent event(String type, String source, UUID key, JsonObject data) {
        return new InboundEvent(
                EventIds.next(),
                type,
                source,
                key.toString(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                null,
                data.toBuffer().getBytes());
    }
}
