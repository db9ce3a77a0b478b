package dev.millrace.order.web;

import static dev.millrace.order.Requests.CUP;
import static dev.millrace.order.Requests.body;
import static dev.millrace.order.Requests.post;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.ProducedEvents;
import dev.millrace.order.application.Catalogue;
import dev.millrace.order.domain.Product;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class PlaceOrderTest {

    @Inject
    ProducedEvents produced;

    @Inject
    Catalogue catalogue;

    private final String key = UUID.randomUUID().toString();

    @Test
    void anOrderIsAcceptedAsPending() {
        var response = post(key, body("{\"sku\":\"test-cup\",\"quantity\":2},{\"sku\":\"test-pot\",\"quantity\":1}"));

        String id = response.then()
                .statusCode(201)
                .contentType(ContentType.JSON)
                .body("status", equalTo("PENDING"))
                .body("customer.name", equalTo("Ada Lovelace"))
                .body("customer.email", equalTo("ada@example.org"))
                .body("lines.sku", contains("test-cup", "test-pot"))
                .body("lines.name", contains("Test cup", "Test pot"))
                .body("lines.quantity", contains(2, 1))
                .body("lines.unitPrice", contains("4.90", "19.00"))
                .body("total", equalTo("28.80"))
                .body("currency", equalTo("EUR"))
                .body("reason", nullValue())
                .extract()
                .path("id");
        assertEquals(7, UUID.fromString(id).version());
        response.then().header("Location", endsWith("/orders/" + id));

        var read = given().get(response.header("Location"));
        read.then().statusCode(200);
        assertEquals(response.asString(), read.asString(), "what is read later is what was answered");
        Instant createdAt = Instant.parse(read.path("createdAt"));
        assertTrue(Duration.between(createdAt, Instant.now()).abs().toMinutes() < 1, "created at " + createdAt);
        assertEquals(read.<String>path("createdAt"), read.path("updatedAt"));
    }

    @Test
    void theOrderAsksForItsStockAndSetsItsAlarm() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var answer = given().contentType(ContentType.JSON)
                .header("Idempotency-Key", key)
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .body(body(CUP, 3))
                .post("/orders");
        String id = answer.path("id");

        var events = produced.of(id);

        assertEquals(
                List.of("order.placed", "order.timeout-due"),
                events.stream().map(ProducedEvents.Produced::type).toList());
        var placed = events.getFirst();
        assertEquals("orders", placed.destination());
        assertEquals("/order-service", placed.source());
        assertEquals(id, placed.data().path("orderId").asText());
        assertEquals("4.90", placed.data().at("/lines/0/unitPrice").asText());
        assertEquals(3, placed.data().at("/lines/0/quantity").asInt());
        assertEquals("14.70", placed.data().path("total").asText());
        assertEquals(answer.path("createdAt"), placed.data().path("placedAt").asText());
        assertTrue(placed.traceparent().startsWith("00-" + trace + "-"), placed.traceparent());

        var due = events.getLast();
        assertEquals("order-timeouts", due.destination());
        assertEquals(Instant.parse(answer.path("createdAt")).plus(Duration.ofMinutes(10)), due.deliverAt());
    }

    @Test
    void theSameKeyAndBodyIsTheSameOrder() throws Exception {
        var first = post(key, body(CUP, 1));
        // Another spelling of the same request.
        var again = post(key, """
                { "lines": [ { "quantity": 1, "sku": "test-cup" } ],
                  "customer": { "email": "ada@example.org", "name": "Ada Lovelace" } }
                """);

        again.then().statusCode(201).header("Location", equalTo(first.header("Location")));
        assertEquals(first.asString(), again.asString());
        assertEquals(List.of("order.placed", "order.timeout-due"), produced.typesOf(first.path("id")));
    }

    @Test
    void theSameKeyWithAnotherBodyIsRefused() {
        post(key, body(CUP, 1)).then().statusCode(201);

        post(key, body(CUP, 2))
                .then()
                .statusCode(422)
                .contentType(Problem.MEDIA_TYPE)
                .body("type", equalTo("urn:millrace:problem:idempotency-key-reused"))
                .body("status", equalTo(422));
    }

    @Test
    void aRefusedRequestDoesNotUseUpItsKey() {
        post(key, body("no-such-thing", 1)).then().statusCode(400);

        post(key, body(CUP, 1)).then().statusCode(201);
    }

    @Test
    void concurrentRequestsWithOneKeyMakeOneOrder() throws Exception {
        Callable<Response> request = () -> post(key, body(CUP, 1));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(
                    IntStream.range(0, 8).mapToObj(i -> request).toList());

            var ids = answers.stream()
                    .map(answer ->
                            answer.resultNow().then().statusCode(201).extract().<String>path("id"))
                    .collect(Collectors.toSet());
            assertEquals(1, ids.size(), ids.toString());
            assertEquals(
                    List.of("order.placed", "order.timeout-due"),
                    produced.typesOf(ids.iterator().next()));
        }
    }

    @Test
    void theOrderKeepsThePriceOfItsMoment() {
        String sku = "price-" + key;
        catalogue.apply(new Product(sku, "Old name", new BigDecimal("5.00"), "EUR", 1));
        var order = post(key, body(sku, 2));
        catalogue.apply(new Product(sku, "New name", new BigDecimal("9.00"), "EUR", 2));

        given().get(order.header("Location"))
                .then()
                .body("lines[0].name", equalTo("Old name"))
                .body("total", equalTo("10.00"));
        post(UUID.randomUUID().toString(), body(sku, 2))
                .then()
                .body("lines[0].name", equalTo("New name"))
                .body("total", equalTo("18.00"));
    }
}
