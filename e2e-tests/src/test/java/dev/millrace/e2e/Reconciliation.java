package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.mail.Mailbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares what the system has told its customers with what it has made of it, to the unit:
 *
 * <ol>
 *   <li>every accepted order is settled, and no other order was made;
 *   <li>reserved is the sum of the confirmed orders, on hand is as it was;
 *   <li>every order has exactly one notification per event, and each is sent;
 *   <li>every notification has its mail; of a long run, those that a full mailbox has not let go.
 * </ol>
 */
final class Reconciliation {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int PAGE = 1_000;

    /** A mail arrives before its notification is SENT, by this much at most. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(60);

    private final Millrace system;
    private final Seed seed;
    private final OrderLedger ledger;
    private final String customers;
    private final Map<String, JsonNode> orders = new TreeMap<>();

    Reconciliation(Millrace system, Seed seed, OrderLedger ledger, String customers) {
        this.system = system;
        this.seed = seed;
        this.ledger = ledger;
        this.customers = customers;
    }

    /** @param onHand of the product before the first order */
    void check(String sku, long onHand) {
        checkWithoutMails(sku, onHand);
        mails();
    }

    /** All but the last. @param onHand of the product before the first order */
    void checkWithoutMails(String sku, long onHand) {
        awaitSettled();
        assertNoOtherOrders();
        assertAll(seed.toString(), () -> stock(sku, onHand), this::notifications, this::cancellations);
        System.out.println(summary());
    }

    /** Orders by status, for the test's log and for checks of the load itself. */
    Map<String, Long> byStatus() {
        return orders.values().stream()
                .collect(Collectors.groupingBy(
                        order -> order.path("status").asText(), TreeMap::new, Collectors.counting()));
    }

    String summary() {
        return "%d orders accepted, %d retries, %d cancellations accepted: %s; %s"
                .formatted(ledger.size(), ledger.retries(), ledger.cancellations(), byStatus(), seed);
    }

    private void awaitSettled() {
        await("every accepted order is settled; " + seed)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> unsettled().isEmpty());
    }

    private List<String> unsettled() {
        for (JsonNode order : newestOrders()) {
            orders.put(order.path("id").asText(), order);
        }
        return ledger.entries().stream()
                .map(OrderLedger.Entry::id)
                .filter(id -> !orders.containsKey(id)
                        || orders.get(id).path("status").asText().equals("PENDING"))
                .toList();
    }

    /** Those of the load's customers, which are the newest there are. */
    private List<JsonNode> newestOrders() {
        var found = new ArrayList<JsonNode>();
        String before = "";
        while (true) {
            List<JsonNode> page =
                    system.orders().list("?limit=" + PAGE + before).expect(200).items();
            List<JsonNode> ours = page.stream()
                    .filter(order ->
                            order.path("customer").path("email").asText().contains(customers))
                    .toList();
            found.addAll(ours);
            if (page.size() < PAGE || ours.isEmpty()) {
                return found;
            }
            before = "&before=" + page.getLast().path("id").asText();
        }
    }

    private void assertNoOtherOrders() {
        var known = ledger.entries().stream().map(OrderLedger.Entry::id).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(known, new TreeSet<>(orders.keySet()), () -> "orders there are; " + seed);
    }

    private void stock(String sku, long onHand) {
        long confirmed = ledger.entries().stream()
                .filter(entry -> status(entry).equals("CONFIRMED"))
                .mapToLong(OrderLedger.Entry::quantity)
                .sum();
        system.inventory().awaitStock(sku, new Stock(onHand, confirmed, onHand - confirmed));
    }

    private void notifications() {
        var wrong = new ArrayList<String>();
        await("every order has its notifications, all SENT; " + seed)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    wrong.clear();
                    ledger.entries().forEach(entry -> wrong(entry, wrong));
                    assertEquals(List.of(), wrong);
                });
    }

    private void wrong(OrderLedger.Entry entry, List<String> wrong) {
        List<JsonNode> notifications = system.notifications().of(entry.id());
        List<String> kinds = notifications.stream()
                .map(one -> one.path("kind").asText())
                .sorted()
                .toList();
        boolean right =
                switch (status(entry)) {
                    case "CONFIRMED" -> kinds.equals(List.of("ORDER_CONFIRMED"));
                    case "REJECTED" -> kinds.equals(List.of("ORDER_REJECTED"));
                    // It may have been confirmed before.
                    case "CANCELLED" ->
                        kinds.equals(List.of("ORDER_CANCELLED"))
                                || kinds.equals(List.of("ORDER_CANCELLED", "ORDER_CONFIRMED"));
                    default -> false;
                };
        boolean sent = notifications.stream()
                .allMatch(one -> one.path("status").asText().equals("SENT"));
        if (!right || !sent) {
            wrong.add("%s %s has notifications %s".formatted(status(entry), entry, notifications));
        }
    }

    /** Whoever was told that the order is cancelled must find it so. */
    private void cancellations() {
        List<String> wrong = ledger.entries().stream()
                .filter(entry -> ledger.isCancelled(entry.id()))
                .filter(entry -> !status(entry).equals("CANCELLED"))
                .map(entry -> status(entry) + " " + entry)
                .toList();
        assertEquals(List.of(), wrong, "orders whose cancellation was accepted");
    }

    private void mails() {
        List<JsonNode> kept = system.mailbox().to(customers);
        Instant since = kept.size() < Mailbox.CAPACITY
                ? Instant.MIN
                : time(kept.getLast(), "Created").plus(UNDER_WAY); // of a long run it has the newest only
        Map<String, Long> arrived = kept.stream()
                .collect(Collectors.groupingBy(
                        mail -> mail.path("To").path(0).path("Address").asText(), Collectors.counting()));
        for (OrderLedger.Entry entry : ledger.entries()) {
            long expected = system.notifications().of(entry.id()).stream()
                    .filter(notification -> time(notification, "sentAt").isAfter(since))
                    .count();
            long got = arrived.getOrDefault(entry.email(), 0L);
            assertTrue(got >= expected, () -> "%d mails for %d notifications of %s; %s"
                    .formatted(got, expected, entry, seed));
        }
    }

    private static Instant time(JsonNode of, String field) {
        return Instant.parse(of.path(field).asText());
    }

    private String status(OrderLedger.Entry entry) {
        return orders.get(entry.id()).path("status").asText();
    }
}
