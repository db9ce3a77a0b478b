package dev.millrace.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stack.Port;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Events that are published again, as a publisher does that was not answered: within the topic's duplicate window the
 * broker swallows them, after it the consumers' inboxes do.
 */
final class DuplicateDemo implements Script {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TOPIC = "/api/topics/orders";
    private static final List<String> FIELDS =
            List.of("body", "messageId", "subject", "groupId", "correlationId", "contentType", "applicationProperties");
    private static final int UNITS = 3;

    private final Story story;
    private final Shop shop;
    private final Broker broker;
    private final Metrics inventory;
    private final Metrics notification;

    DuplicateDemo(DemoSystem system, Story story) {
        this.story = story;
        this.shop = new Shop(system);
        this.broker = new Broker(system);
        this.inventory = new Metrics(system, Port.INVENTORY_HTTP);
        this.notification = new Metrics(system, Port.NOTIFICATION_HTTP);
    }

    @Override
    public void run() throws InterruptedException {
        Instant start = Instant.now().minusSeconds(1);
        String sku = shop.newProduct("cup", 100);
        story.step("An order goes through");
        Placed order = shop.place(sku, UNITS);
        shop.awaitConfirmed(List.of(order));
        shop.awaitSent(order);
        story.see("order %s is CONFIRMED, its mail is sent", order.id());
        JsonNode placed = event(order, "order.placed", start);
        JsonNode confirmed = event(order, "order.confirmed", start);
        withinTheWindow(order, placed, confirmed, start);
        afterTheWindow(order, placed, confirmed, start);
        checkEffects(sku, order);
    }

    private void withinTheWindow(Placed order, JsonNode placed, JsonNode confirmed, Instant start)
            throws InterruptedException {
        String window =
                broker.topic("orders").path("settings").path("duplicateWindow").asText();
        story.step("Its events are published again, twice, within the duplicate window of " + window);
        publish(placed, confirmed);
        publish(placed, confirmed);
        long stored = copies(order, start);
        story.see("the broker accepted them; in the topic there are %d events of the order", stored);
        story.check(
                stored == 2, "the broker stores an event once within the window", "%d events stored, 2 made", stored);
    }

    private void afterTheWindow(Placed order, JsonNode placed, JsonNode confirmed, Instant start)
            throws InterruptedException {
        story.step("The window is over (here: taken away for a moment), and they are published once more");
        double seenByInventory = inventory.sum("millrace_inbox_duplicates_total", "orders::inventory");
        double seenByNotification = notification.sum("millrace_inbox_duplicates_total", "orders::notification");
        ObjectNode settings = broker.topic("orders").path("settings").deepCopy();
        ObjectNode without = settings.deepCopy().put("duplicateWindow", "PT0S");
        story.call("PUT", TOPIC, without.toString());
        broker.call("PUT", TOPIC, without);
        try {
            publish(placed, confirmed);
        } finally {
            broker.call("PUT", TOPIC, settings);
        }
        long stored = copies(order, start);
        story.see("now there are %d events of the order in the topic", stored);
        story.check(stored == 4, "after the window the broker cannot know them", "%d events stored, 2 made", stored);
        Waiting.until(
                "the inboxes of both services have met the copies",
                LIMIT,
                () -> inventory.sum("millrace_inbox_duplicates_total", "orders::inventory") > seenByInventory
                        && notification.sum("millrace_inbox_duplicates_total", "orders::notification")
                                > seenByNotification);
        story.see("inventory-service and notification-service have met them, and know them from their inboxes");
    }

    private void checkEffects(String sku, Placed order) throws InterruptedException {
        long reserved = shop.reserved(sku);
        story.check(reserved == UNITS, "one reservation", "%d units ordered, %d reserved", UNITS, reserved);
        List<String> kinds = shop.awaitSent(order);
        story.check(kinds.equals(List.of("ORDER_CONFIRMED")), "one notification", kinds.toString());
        int mails = shop.mails().size();
        story.check(mails == 1, "one e-mail", "%d to %s", mails, order.email());
        story.check(shop.status(order).equals("CONFIRMED"), "the order is what it was", shop.status(order));
    }

    private void publish(JsonNode... events) throws InterruptedException {
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        for (JsonNode event : events) {
            ObjectNode message = messages.addObject();
            FIELDS.stream().filter(event::hasNonNull).forEach(field -> message.set(field, event.get(field)));
        }
        story.call("POST", TOPIC + "/messages", "[" + events.length + " events]");
        broker.call("POST", TOPIC + "/messages", messages);
    }

    private JsonNode event(Placed order, String type, Instant start) throws InterruptedException {
        return Waiting.seeing(type + " of order " + order.id(), LIMIT, () -> events(order, start).stream()
                .filter(event -> event.path("subject").asText().equals(type))
                .findFirst());
    }

    private long copies(Placed order, Instant start) throws InterruptedException {
        return events(order, start).size();
    }

    private List<JsonNode> events(Placed order, Instant start) throws InterruptedException {
        return broker.items(TOPIC + "/messages?from=" + start).stream()
                .filter(event -> event.path("groupId").asText().equals(order.id()))
                .toList();
    }
}
