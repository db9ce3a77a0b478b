package dev.millrace.order.messaging;

import static dev.millrace.order.Requests.placed;
import static dev.millrace.order.Requests.status;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.order.OrderStack;
import dev.millrace.order.ProducedEvents;
import dev.millrace.order.Requests;
import dev.millrace.order.application.Catalogue;
import dev.millrace.order.messaging.Broker.TestEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What events from the broker make of orders and catalogue. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class ConsumedEventsTest {

    @Inject
    Broker broker;

    @Inject
    ProducedEvents produced;

    @Inject
    Catalogue catalogue;

    @Inject
    MeterRegistry metrics;

    private UUID order;

    @BeforeEach
    void place() {
        order = placed();
    }

    @Test
    void reservedStockConfirmsTheOrder() throws Exception {
        broker.publish("stock", reserved(order));

        await().until(() -> status(order), is("CONFIRMED"));
        assertEquals(List.of("order.placed", "order.timeout-due", "order.confirmed"), produced.typesOf(order));
    }

    @Test
    void refusedStockRejectsTheOrder() throws Exception {
        broker.publish("stock", refused(order));

        await().until(() -> status(order), is("REJECTED"));
        given().get("/orders/" + order).then().body("reason", equalTo("OUT_OF_STOCK"));
        var last = produced.of(order).getLast();
        assertEquals("order.rejected", last.type());
        assertEquals("OUT_OF_STOCK", last.data().path("reason").asText());
    }

    @Test
    void anOrderThatIsStillPendingTimesOut() throws Exception {
        broker.publish("order-timeouts", due(order));

        await().until(() -> status(order), is("CANCELLED"));
        given().get("/orders/" + order).then().body("reason", equalTo("TIMED_OUT"));
        assertEquals(
                "TIMED_OUT", produced.of(order).getLast().data().path("reason").asText());
    }

    @Test
    void aConfirmedOrderDoesNotTimeOut() throws Exception {
        broker.publish("stock", reserved(order));
        await().until(() -> status(order), is("CONFIRMED"));

        double late = transitions("time-out", false);
        broker.publish("order-timeouts", due(order));

        await().until(() -> transitions("time-out", false), greaterThanOrEqualTo(late + 1));
        assertEquals("CONFIRMED", status(order));
    }

    @Test
    void stockThatIsReservedAfterTheCancellationChangesNothing() throws Exception {
        given().post("/orders/" + order + "/cancellation").then().statusCode(202);

        double late = transitions("confirm", false);
        broker.publish("stock", reserved(order));

        await().until(() -> transitions("confirm", false), greaterThanOrEqualTo(late + 1));
        assertEquals("CANCELLED", status(order));
        assertEquals(List.of("order.placed", "order.timeout-due", "order.cancelled"), produced.typesOf(order));
    }

    @Test
    void theSameEventTwiceHasOneEffect() throws Exception {
        var event = reserved(order);
        double duplicates = duplicates();

        broker.publish("stock", event);
        broker.publish("stock", event);

        await().until(this::duplicates, greaterThanOrEqualTo(duplicates + 1));
        assertEquals("CONFIRMED", status(order));
        assertEquals(List.of("order.placed", "order.timeout-due", "order.confirmed"), produced.typesOf(order));
    }

    @Test
    void typesThatAreOfNoUseHereAreIgnoredAndCounted() throws Exception {
        double ignored = ignored("stock.released");

        broker.publish("stock", TestEvent.of("stock.released", order, "{\"orderId\":\"" + order + "\"}"));

        await().until(() -> ignored("stock.released"), greaterThanOrEqualTo(ignored + 1));
        assertEquals("PENDING", status(order));
    }

    @Test
    void whatCannotBeReadOrBelongsToNoOrderDoesNotHoldUpTheRest() throws Exception {
        broker.publish("stock", TestEvent.of("stock.reserved", "nobody", "{not json"));
        broker.publish("stock", TestEvent.of("stock.reserved", "nobody", "{\"orderId\":null}"));
        broker.publish("stock", reserved(UUID.randomUUID()));

        broker.publish("stock", reserved(order));
        await().until(() -> status(order), is("CONFIRMED"));
    }

    @Test
    void aChangedProductCanBeOrdered() throws Exception {
        String sku = "new-" + order;
        broker.publish("products", product(sku, "New", "3.10", 1));

        await().until(() -> nameOf(sku), is("New"));
        Requests.post(UUID.randomUUID().toString(), Requests.body(sku, 2))
                .then()
                .statusCode(201)
                .body("lines[0].name", equalTo("New"))
                .body("total", equalTo("6.20"));
    }

    @Test
    void anOlderVersionOfAProductIsNoNews() throws Exception {
        String sku = "versions-" + order;
        broker.publish("products", product(sku, "second", "2.00", 2));
        broker.publish("products", product(sku, "first, late", "1.00", 1));
        broker.publish("products", product(sku, "third", "3.00", 3));

        await().until(() -> nameOf(sku), is("third"));
    }

    @Test
    void anEmptiedCopyIsRebuiltByTheSameEvents() throws Exception {
        String sku = "replayed-" + order;
        var event = product(sku, "Replayed", "1.00", 1);
        broker.publish("products", event);
        await().until(() -> nameOf(sku), is("Replayed"));
        QuarkusTransaction.requiringNew().run(() -> catalogue.deleteById(sku));

        broker.publish("products", event);

        await().until(() -> nameOf(sku), is("Replayed"));
    }

    private String nameOf(String sku) {
        var product = QuarkusTransaction.requiringNew().call(() -> catalogue.findById(sku));
        return product == null ? null : product.name();
    }

    private double transitions(String on, boolean changed) {
        return metrics.counter("millrace.orders.transitions", "on", on, "changed", Boolean.toString(changed))
                .count();
    }

    private double duplicates() {
        return metrics.counter("millrace.inbox.duplicates", "consumer", "stock").count();
    }

    private double ignored(String type) {
        return metrics.counter("millrace.inbox.ignored", "consumer", "stock", "type", type)
                .count();
    }

    private static TestEvent reserved(UUID orderId) {
        return TestEvent.of("stock.reserved", orderId, """
                {"orderId":"%s","lines":[{"sku":"test-cup","quantity":1}],"occurredAt":"2026-11-20T10:00:00Z"}
                """.formatted(orderId));
    }

    private static TestEvent refused(UUID orderId) {
        return TestEvent.of("stock.refused", orderId, """
                {"orderId":"%s","reason":"OUT_OF_STOCK","lines":[{"sku":"test-cup","requested":1,"available":0}],
                 "occurredAt":"2026-11-20T10:00:00Z"}
                """.formatted(orderId));
    }

    private static TestEvent due(UUID orderId) {
        return TestEvent.of("order.timeout-due", orderId, "{\"orderId\":\"" + orderId + "\"}");
    }

    private static TestEvent product(String sku, String name, String unitPrice, long version) {
        return TestEvent.of("product.changed", sku, """
                {"sku":"%s","name":"%s","unitPrice":"%s","currency":"EUR","version":%d}
                """.formatted(sku, name, unitPrice, version));
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollInterval(20, TimeUnit.MILLISECONDS).atMost(15, TimeUnit.SECONDS);
    }
}
