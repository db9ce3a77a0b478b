package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The same event delivered more than once to each consumer. It is repeated both as it was, which the broker may swallow
 * by its message-id, and without a message-id, which reaches the consumer for certain.
 */
@EndToEndTest
class DuplicateEventTest {
    private static final String NOTIFICATION_SOURCE = "notification";

    private final Millrace system;
    private AmqpClient amqp;

    DuplicateEventTest(Millrace system) {
        this.system = system;
    }

    @BeforeEach
    void connect() {
        amqp = system.amqp();
    }

    @AfterEach
    void disconnect() {
        amqp.close();
    }

    @Test
    void repeatedOrderEventsReserveReleaseAndNotifyOnce() {
        String sku = system.inventory().newProduct("4.00", 10);
        var request = OrderRequest.byNewCustomer().line(sku, 3);
        AmqpReceiver orders = amqp.receiver("orders", 100);
        String id = system.orders().placedId(request);
        Message placed = awaitEvent(orders, "order.placed", id);
        Message confirmed = awaitEvent(orders, "order.confirmed", id);
        assertEnvelope(placed, "order.placed", "/order-service", id);
        assertEnvelope(confirmed, "order.confirmed", "/order-service", id);

        repeat("orders", placed, confirmed);
        new DeadLetterMarker(amqp).awaitHandled("orders", id, "orders::inventory", "orders::notification");
        assertEquals(new Stock(10, 3, 7), system.inventory().stock(sku));
        system.notifications().awaitSent(id, "ORDER_CONFIRMED");
        assertMails(1, request.email());

        system.orders().cancel(id).expect(202);
        Message cancelled = awaitEvent(orders, "order.cancelled", id);
        repeat("orders", cancelled, placed, cancelled, confirmed);
        new DeadLetterMarker(amqp).awaitHandled("orders", id, "orders::inventory", "orders::notification");
        assertEquals(new Stock(10, 0, 10), system.inventory().stock(sku));
        system.notifications().awaitSent(id, "ORDER_CANCELLED", "ORDER_CONFIRMED");
        assertMails(2, request.email());
    }

    @Test
    void aRepeatedReservationConfirmsOnce() {
        String sku = system.inventory().newProduct("4.00", 10);
        AmqpReceiver stock = amqp.receiver("stock", 100);
        String id = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 3));
        Message reserved = awaitEvent(stock, "stock.reserved", id);
        assertEnvelope(reserved, "stock.reserved", "/inventory-service", id);
        JsonNode confirmed = system.orders().awaitStatus(id, "CONFIRMED");

        repeat("stock", reserved);
        new DeadLetterMarker(amqp).awaitHandled("stock", id, "stock::orders");
        assertEquals(confirmed, system.orders().get(id).expect(200).body());

        system.orders().cancel(id).expect(202);
        repeat("stock", reserved);
        new DeadLetterMarker(amqp).awaitHandled("stock", id, "stock::orders");
        assertEquals("CANCELLED", system.orders().status(id));
        system.notifications().awaitSent(id, "ORDER_CANCELLED", "ORDER_CONFIRMED");
        system.inventory().awaitStock(sku, new Stock(10, 0, 10));
    }

    /** The consumer hears of the reservation twice before the event that really tells of it, and of a refusal after. */
    @Test
    void aForgedReservationIsTakenOnceAndALateRefusalChangesNothing() {
        String sku = system.inventory().newProduct("4.00", 10);
        String id;
        try (var paused = system.relay().paused(RelayClient.ORDER_SOURCE)) {
            id = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 3));
            ObjectNode reserved = stockEvent(id);
            reserved.putArray("lines").addObject().put("sku", sku).put("quantity", 3);
            Message forged =
                    Messages.event(UUID.randomUUID(), "stock.reserved", "/inventory-service", id, reserved.toString());
            amqp.sender("stock").sendAccepted(forged);
            repeat("stock", forged);
            ObjectNode refused = stockEvent(id).put("reason", "OUT_OF_STOCK");
            refused.putArray("lines")
                    .addObject()
                    .put("sku", sku)
                    .put("requested", 3)
                    .put("available", 0);
            amqp.sender("stock")
                    .sendAccepted(Messages.event(
                            UUID.randomUUID(), "stock.refused", "/inventory-service", id, refused.toString()));
            new DeadLetterMarker(amqp).awaitHandled("stock", id, "stock::orders");
            assertEquals("CONFIRMED", system.orders().status(id));
        }
        system.notifications().awaitSent(id, "ORDER_CONFIRMED");
        system.inventory().awaitStock(sku, new Stock(10, 3, 7));
        new DeadLetterMarker(amqp).awaitHandled("stock", id, "stock::orders");
        assertEquals("CONFIRMED", system.orders().status(id));
        assertEquals(List.of("ORDER_CONFIRMED"), system.notifications().kinds(id));
    }

    @Test
    void aRepeatedEmailJobSendsOneMail() {
        String sku = system.inventory().newProduct("4.00", 10);
        var request = OrderRequest.byNewCustomer().line(sku, 3);
        String id;
        String notificationId;
        try (var paused = system.relay().paused(NOTIFICATION_SOURCE)) {
            id = system.orders().placedId(request);
            system.orders().awaitStatus(id, "CONFIRMED");
            JsonNode notification = awaitNotification(id);
            assertEquals("PENDING", notification.path("status").asText(), "before its job is relayed");
            notificationId = notification.path("id").asText();
            Message job = Messages.event(
                    UUID.randomUUID(),
                    "email.requested",
                    "/notification-service",
                    notificationId,
                    emailJob(notificationId, id, request.email()));
            amqp.sender("emails").sendAccepted(job);
            repeat("emails", job);
            new DeadLetterMarker(amqp).awaitHandled("emails", notificationId, "emails");
            system.notifications().awaitSent(id, "ORDER_CONFIRMED");
        }
        // The relay keeps the order: when a later job is through, the real job of this notification is in the queue.
        String later = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        system.notifications().awaitSent(later, "ORDER_CONFIRMED");
        new DeadLetterMarker(amqp).awaitHandled("emails", notificationId, "emails");
        assertMails(1, request.email());
        assertEquals(
                1, system.notifications().of(id).getFirst().path("attempts").asInt(), "attempts to send the one mail");
    }

    private JsonNode awaitNotification(String orderId) {
        await("notification of " + orderId)
                .until(() -> system.notifications().of(orderId).size() == 1);
        return system.notifications().of(orderId).getFirst();
    }

    private void assertMails(int expected, String email) {
        var mails = system.mailbox().awaitMails(email, expected);
        assertEquals(expected, mails.size(), () -> "mails to " + email + ": " + mails);
    }

    private void repeat(String address, Message... events) {
        AmqpSender sender = amqp.sender(address);
        for (Message event : events) {
            sender.sendAccepted(Messages.copy(event, (String) event.getMessageId()));
            sender.sendAccepted(Messages.copy(event, null));
        }
    }

    private static Message awaitEvent(AmqpReceiver topic, String type, String key) {
        while (true) {
            AmqpDelivery delivery = topic.next();
            delivery.accept();
            Message event = delivery.message();
            if (type.equals(event.getSubject()) && key.equals(event.getGroupId())) {
                return event;
            }
        }
    }

    private static void assertEnvelope(Message event, String type, String source, String key) {
        assertAll(
                () -> UUID.fromString((String) event.getMessageId()),
                () -> assertEquals(event.getMessageId(), Messages.attribute(event, "id")),
                () -> assertEquals(type, event.getSubject()),
                () -> assertEquals(type, Messages.attribute(event, "type")),
                () -> assertEquals(source, Messages.attribute(event, "source")),
                () -> assertEquals("1.0", Messages.attribute(event, "specversion")),
                () -> Instant.parse(Messages.attribute(event, "time")),
                () -> assertEquals(key, event.getGroupId()),
                () -> assertEquals("application/json", event.getContentType()),
                () -> assertEquals(true, event.isDurable()));
    }

    private static ObjectNode stockEvent(String orderId) {
        return HttpJson.JSON
                .createObjectNode()
                .put("orderId", orderId)
                .put("occurredAt", Instant.now().toString());
    }

    private static String emailJob(String notificationId, String orderId, String recipient) {
        return HttpJson.JSON
                .createObjectNode()
                .put("notificationId", notificationId)
                .put("orderId", orderId)
                .put("kind", "ORDER_CONFIRMED")
                .put("recipient", recipient)
                .put("subject", "Your order " + orderId + " is confirmed")
                .put("text", "Hello.")
                .toString();
    }
}
