package dev.millrace.stack.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.PartsHttp.Answer;
import dev.millrace.stack.Port;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The services as customers and shopkeepers see them. Everything that it makes bears the name of this run, so that nothing
 * of others is taken for its own. Thread-safe.
 */
final class Shop {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
    private static final int PAGE = 200;

    private final PartsHttp http;
    private final String run = "demo-" + UUID.randomUUID().toString().substring(0, 8);
    private final AtomicInteger customers = new AtomicInteger();

    Shop(DemoSystem system) {
        this.http = system.http();
    }

    /** The name of this run. */
    String run() {
        return run;
    }

    /** Makes a product and waits until it can be ordered; returns its sku. */
    String newProduct(String name, long units) throws InterruptedException {
        String sku = run + "-" + name;
        ObjectNode product = object().put("name", "A " + name + " for " + run).put("unitPrice", "5.50");
        expectOk(http.send(
                "PUT",
                Port.INVENTORY_HTTP,
                "/products/" + sku,
                product.put("currency", "EUR").put("onHand", units)));
        Waiting.until(sku + " can be ordered", LIMIT, () -> isOrderable(sku));
        return sku;
    }

    /** Asks with an order that is wrong in another way too, so that none is made. */
    private boolean isOrderable(String sku) throws InterruptedException {
        ObjectNode order = order(sku, 1, "nobody@example.org");
        order.withArray("lines").addObject().put("sku", "no-such-" + sku).put("quantity", 1);
        Answer answer = place(order, UUID.randomUUID().toString());
        return answer.status() == 400
                && answer.body().path("errors").valueStream().noneMatch(error -> error.path("field")
                        .asText()
                        .startsWith("lines[0]"));
    }

    /** Orders, as a new customer, and asks again with the same key until the order is accepted. */
    Placed place(String sku, int quantity) throws InterruptedException {
        String email = "customer-%d@%s.example.org".formatted(customers.incrementAndGet(), run);
        ObjectNode order = order(sku, quantity, email);
        String key = UUID.randomUUID().toString();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            String problem;
            try {
                Answer answer = place(order, key);
                if (answer.isOk()) {
                    return new Placed(answer.body().path("id").asText(), sku, quantity, email);
                }
                problem = answer.problem();
                if (answer.status() != 429 && answer.status() < 500) {
                    throw new DemoFailure("An order was refused: " + problem + ".");
                }
            } catch (PartsHttp.NoAnswerException e) {
                problem = e.getMessage();
            }
            if (System.nanoTime() > end) {
                throw new DemoFailure("An order was not accepted: " + problem + ".");
            }
            Thread.sleep(BETWEEN_TRIES);
        }
    }

    private Answer place(JsonNode order, String key) throws InterruptedException {
        return http.send("POST", Port.ORDER_HTTP, "/orders", order, "Idempotency-Key", key);
    }

    private static ObjectNode order(String sku, int quantity, String email) {
        ObjectNode order = object();
        order.putObject("customer").put("name", "Ada Lovelace").put("email", email);
        order.putArray("lines").addObject().put("sku", sku).put("quantity", quantity);
        return order;
    }

    /** The status of an order, or empty if order-service does not answer. */
    String status(Placed order) throws InterruptedException {
        try {
            return http.get(Port.ORDER_HTTP, "/orders/" + order.id())
                    .body()
                    .path("status")
                    .asText();
        } catch (PartsHttp.NoAnswerException e) {
            return "";
        }
    }

    /** Those of the orders that have this status now. */
    List<Placed> having(String status, List<Placed> orders) throws InterruptedException {
        var found = new ArrayList<Placed>();
        for (Placed order : orders) {
            if (status(order).equals(status)) {
                found.add(order);
            }
        }
        return found;
    }

    /** Waits until all of the orders are CONFIRMED. */
    void awaitConfirmed(List<Placed> orders) throws InterruptedException {
        for (Placed order : orders) {
            Waiting.until("order " + order.id() + " is CONFIRMED", LIMIT, () -> status(order)
                    .equals("CONFIRMED"));
        }
    }

    /** Units of a product that are promised to orders. */
    long reserved(String sku) throws InterruptedException {
        return http.get(Port.INVENTORY_HTTP, "/products/" + sku)
                .body()
                .path("reserved")
                .asLong();
    }

    /** The notifications of an order. */
    List<JsonNode> notifications(Placed order) throws InterruptedException {
        return expectOk(http.get(Port.NOTIFICATION_HTTP, "/notifications?orderId=" + order.id()))
                .body()
                .valueStream()
                .toList();
    }

    /** The kinds of an order's notifications, sorted; empty while one of them is not SENT. */
    Optional<List<String>> sent(Placed order) throws InterruptedException {
        List<JsonNode> notifications = notifications(order);
        boolean all = notifications.stream()
                .allMatch(one -> one.path("status").asText().equals("SENT"));
        return all && !notifications.isEmpty()
                ? Optional.of(notifications.stream()
                        .map(one -> one.path("kind").asText())
                        .sorted()
                        .toList())
                : Optional.empty();
    }

    /** Waits until an order has notifications and all of them are SENT; returns their kinds. */
    List<String> awaitSent(Placed order) throws InterruptedException {
        return Waiting.seeing("notifications of order " + order.id() + " are SENT", LIMIT, () -> sent(order));
    }

    /** The Message-IDs of all mails to customers of this run, one for each mail. */
    List<String> mails() throws InterruptedException {
        String query = URLEncoder.encode("to:\"" + run + ".example.org\"", StandardCharsets.UTF_8);
        var found = new ArrayList<String>();
        while (true) {
            JsonNode page = expectOk(http.get(
                            Port.MAILBOX_HTTP,
                            "/api/v1/search?query=%s&start=%d&limit=%d".formatted(query, found.size(), PAGE)))
                    .body()
                    .path("messages");
            page.forEach(mail -> found.add(mail.path("MessageID").asText()));
            if (page.size() < PAGE) {
                return found;
            }
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** @throws DemoFailure if the status says that it did not go well */
    static Answer expectOk(Answer answer) {
        if (!answer.isOk()) {
            throw new DemoFailure(
                    "%s was answered with %d: %s.".formatted(answer.request(), answer.status(), answer.problem()));
        }
        return answer;
    }
}
