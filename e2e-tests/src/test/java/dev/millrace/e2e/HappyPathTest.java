package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.InventoryClient.Stock;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** From the {@code POST} to the mail, everything in working order. First of all classes: see the last test. */
@EndToEndTest
@Order(1)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HappyPathTest {
    private static final Set<String> ORDER_FIELDS =
            Set.of("id", "status", "customer", "lines", "total", "currency", "createdAt", "updatedAt", "reason");
    private static final Pattern AMOUNT = Pattern.compile("\\d+(\\.\\d+)?");
    private final Millrace system;

    HappyPathTest(Millrace system) {
        this.system = system;
    }

    @Test
    @Order(1)
    void theSeededCatalogueIsThere() {
        List<JsonNode> products =
                system.http(Part.INVENTORY).get("/products").expect(200).items();
        assertFalse(products.isEmpty(), "GET /products is empty");
        JsonNode cup = system.inventory().product("espresso-cup").expect(200).body();
        assertEquals(Set.of("sku", "name", "unitPrice", "currency", "onHand", "reserved", "available"), fieldsOf(cup));
        assertTrue(cup.path("unitPrice").isTextual(), "an amount that is no string: " + cup);
        assertEquals(1, system.inventory().stock("last-one").onHand(), "last-one on hand");
        assumeTrue(system.isFresh(), "stock was sold before");
        assertTrue(system.inventory().stock("espresso-cup").onHand() >= 1_000, "espresso-cups: " + cup);
    }

    @Test
    @Order(2)
    void anOrderIsConfirmedAndItsMailArrives() {
        String sku = system.inventory().newProduct("12.30", 50);
        JsonNode cup = system.inventory().product("espresso-cup").expect(200).body();
        Stock cups = system.inventory().stock("espresso-cup");
        var request = OrderRequest.byNewCustomer().line("espresso-cup", 2).line(sku, 3);

        var answer =
                system.orders().place(UUID.randomUUID().toString(), request).expect(201);
        JsonNode placed = answer.body();
        String id = placed.path("id").asText();
        assertOrder(placed, "PENDING", request, List.of(cup.path("unitPrice").asText(), "12.30"));
        assertLocation(answer.header("Location").orElse(""), id);

        JsonNode confirmed = system.orders().awaitSettled(id);
        assertOrder(
                confirmed, "CONFIRMED", request, List.of(cup.path("unitPrice").asText(), "12.30"));
        assertEquals(id, confirmed.path("id").asText());
        assertEquals(placed.path("createdAt"), confirmed.path("createdAt"));

        assertEquals(new Stock(50, 3, 47), system.inventory().stock(sku));
        assertEquals(
                new Stock(cups.onHand(), cups.reserved() + 2, cups.available() - 2),
                system.inventory().stock("espresso-cup"));
        system.inventory().reservation(id).expect(200);

        assertNotification(
                system.notifications().awaitSent(id, "ORDER_CONFIRMED").getFirst(), id, request.email());
        assertMail(system.mailbox().awaitMails(request.email(), 1), id, request.email());
    }

    /** Normal running has nothing to warn of; comes after the others and before anything is broken on purpose. */
    @Test
    @Order(3)
    void theLogsAreQuiet() throws IOException {
        for (Part part : Part.values()) {
            Path log = system.log(part).filter(Files::exists).orElse(null);
            if (log != null) {
                assertEquals(List.of(), new PartLog(log).trouble(), part.id() + " complains");
            }
        }
    }

    private void assertOrder(JsonNode order, String status, OrderRequest request, List<String> unitPrices) {
        assertAll(
                () -> assertEquals(new TreeSet<>(ORDER_FIELDS), new TreeSet<>(fieldsOf(order))),
                () -> UUID.fromString(order.path("id").asText()),
                () -> assertEquals(status, order.path("status").asText()),
                () -> assertEquals(request.json().path("customer"), order.path("customer")),
                () -> assertLines(order, request, unitPrices),
                () -> assertEquals("EUR", order.path("currency").asText()),
                () -> assertFalse(
                        Instant.parse(order.path("updatedAt").asText())
                                .isBefore(Instant.parse(order.path("createdAt").asText())),
                        "updated before it was created: " + order),
                () -> assertTrue(
                        Duration.between(Instant.parse(order.path("createdAt").asText()), Instant.now())
                                        .abs()
                                        .compareTo(Duration.ofMinutes(1))
                                < 0,
                        "created long ago: " + order),
                () -> assertTrue(order.path("reason").isNull(), "a reason: " + order));
    }

    private void assertLines(JsonNode order, OrderRequest request, List<String> unitPrices) {
        JsonNode wanted = request.json().path("lines");
        JsonNode lines = order.path("lines");
        assertEquals(wanted.size(), lines.size());
        BigDecimal total = BigDecimal.ZERO;
        for (int i = 0; i < wanted.size(); i++) {
            JsonNode line = lines.path(i);
            String sku = wanted.path(i).path("sku").asText();
            assertEquals(Set.of("sku", "name", "quantity", "unitPrice"), fieldsOf(line));
            assertEquals(sku, line.path("sku").asText());
            assertEquals(system.inventory().product(sku).body().path("name"), line.path("name"));
            assertEquals(
                    wanted.path(i).path("quantity").asInt(),
                    line.path("quantity").asInt());
            assertTrue(line.path("unitPrice").isTextual(), "an amount that is no string: " + line);
            assertEquals(unitPrices.get(i), line.path("unitPrice").asText());
            total = total.add(new BigDecimal(unitPrices.get(i))
                    .multiply(BigDecimal.valueOf(line.path("quantity").asLong())));
        }
        assertTrue(order.path("total").isTextual(), "an amount that is no string: " + order);
        assertTrue(AMOUNT.matcher(order.path("total").asText()).matches(), "total: " + order);
        assertEquals(0, total.compareTo(new BigDecimal(order.path("total").asText())), "total of " + order);
    }

    private void assertLocation(String location, String id) {
        URI resolved = system.http(Part.ORDER).uri("/orders").resolve(location);
        assertEquals("/orders/" + id, resolved.getPath(), "Location");
        var root = URI.create(resolved.getScheme() + "://" + resolved.getAuthority());
        assertEquals(
                id,
                new HttpJson(root)
                        .get(resolved.getPath())
                        .expect(200)
                        .body()
                        .path("id")
                        .asText());
    }

    private static void assertNotification(JsonNode notification, String orderId, String email) {
        assertTrue(
                fieldsOf(notification)
                        .containsAll(Set.of("id", "orderId", "kind", "recipient", "status", "attempts", "sentAt")),
                "fields of " + notification);
        assertAll(
                () -> UUID.fromString(notification.path("id").asText()),
                () -> assertEquals(orderId, notification.path("orderId").asText()),
                () -> assertEquals(email, notification.path("recipient").asText()),
                () -> assertEquals(1, notification.path("attempts").asInt()),
                () -> Instant.parse(notification.path("sentAt").asText()));
    }

    private void assertMail(List<JsonNode> mails, String orderId, String email) {
        assertEquals(1, mails.size(), () -> "mails to " + email + ": " + mails);
        JsonNode mail = system.mailbox().message(mails.getFirst());
        assertAll(
                () -> assertEquals(
                        email, mail.path("To").path(0).path("Address").asText()),
                () -> assertFalse(mail.path("From").path("Address").asText().isBlank(), "no sender: " + mail),
                () -> assertTrue(mail.path("Subject").asText().contains(orderId), "subject of " + mail),
                () -> assertTrue(mail.path("Text").asText().contains("Ada Lovelace"), "text of " + mail));
    }

    private static Set<String> fieldsOf(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
