package dev.millrace.inventory.messaging;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.inventory.InventoryStack;
import dev.millrace.inventory.ProducedEvents;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Events over the real broker. */
@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class OrderEventsTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Inject
    OrdersTopic topic;

    @Inject
    ProducedEvents produced;

    @Inject
    MeterRegistry meters;

    private final UUID orderId = UUID.randomUUID();

    @Test
    void anOrderGetsAllItsLinesWithSkusAddedUp() throws Exception {
        product("wire-cup", 10);
        product("wire-tea", 10);

        topic.publish(OrderEventSamples.placed(
                orderId,
                new JsonArray()
                        .add(OrderEventSamples.line("wire-tea", 2))
                        .add(OrderEventSamples.line("wire-cup", 1))
                        .add(OrderEventSamples.line("wire-tea", 3))));

        awaitEvents("stock.reserved");
        var reserved = produced.of(orderId).getFirst();
        assertEquals("stock", reserved.destination());
        assertEquals(orderId.toString(), reserved.data().get("orderId").asText());
        when().get("/reservations/{id}", orderId)
                .then()
                .statusCode(200)
                .body("orderId", equalTo(orderId.toString()))
                .body("status", equalTo("RESERVED"))
                .body("lines.sku", equalTo(List.of("wire-cup", "wire-tea")))
                .body("lines.quantity", equalTo(List.of(1, 5)))
                .body("lines[0].available", nullValue());
        assertStock("wire-tea", 10, 5);
    }

    @Test
    void anOrderWithOneProductShortGetsNothing() throws Exception {
        product("wire-full", 10);
        product("wire-short", 1);

        topic.publish(OrderEventSamples.placed(
                orderId,
                new JsonArray()
                        .add(OrderEventSamples.line("wire-full", 1))
                        .add(OrderEventSamples.line("wire-short", 2))
                        .add(OrderEventSamples.line("wire-missing", 1))));

        awaitEvents("stock.refused");
        var lines = produced.of(orderId).getFirst().data().get("lines");
        assertEquals(List.of("wire-missing", "wire-short"), lines.findValuesAsText("sku"));
        assertEquals(List.of("0", "1"), lines.findValuesAsText("available"));
        when().get("/reservations/{id}", orderId).then().body("status", equalTo("REFUSED"));
        assertStock("wire-full", 10, 0);
        assertStock("wire-short", 1, 0);
    }

    @Test
    void aCancelledOrderGivesItsUnitsBackOnce() throws Exception {
        product("wire-back", 5);
        topic.publish(OrderEventSamples.placed(orderId, "wire-back", 4));
        topic.publish(OrderEventSamples.other("order.confirmed", orderId));
        topic.publish(OrderEventSamples.cancelled(orderId));
        topic.publish(OrderEventSamples.cancelled(orderId));
        awaitOneMore("nothing-to-release", () -> topic.publish(OrderEventSamples.cancelled(orderId)));

        awaitEvents("stock.reserved", "stock.released");
        when().get("/reservations/{id}", orderId).then().body("status", equalTo("RELEASED"));
        assertStock("wire-back", 5, 0);
    }

    @Test
    void theSameEventDeliveredTwiceHasOneEffect() throws Exception {
        product("wire-twice", 5);
        var event = OrderEventSamples.placed(orderId, "wire-twice", 2);
        topic.publish(event);
        // The broker's own duplicate window would swallow a second message with this id, so the second one comes from
        // somebody who sent the event again in a new message.
        topic.publishAs(UUID.randomUUID(), event);

        awaitEvents("stock.reserved");
        settleWith(orderId);
        assertEquals(List.of("stock.reserved"), produced.typesOf(orderId));
        assertStock("wire-twice", 5, 2);
    }

    @Test
    void aCancellationBeforeItsOrderKeepsTheOrderFromTakingStock() throws Exception {
        product("wire-late", 5);
        awaitOneMore("cancelled-before-placed", () -> topic.publish(OrderEventSamples.cancelled(orderId)));
        awaitOneMore("repeated", () -> topic.publish(OrderEventSamples.placed(orderId, "wire-late", 2)));

        assertEquals(List.of(), produced.typesOf(orderId));
        assertStock("wire-late", 5, 0);
    }

    @Test
    void anEventThatCannotBeReadIsSetAsideAndTheNextOneIsHandled() throws Exception {
        product("wire-poison", 5);
        topic.publish(OrderEventSamples.event("order.placed", orderId, new JsonObject().put("orderId", "not one")));
        topic.publish(OrderEventSamples.placed(orderId, "wire-poison", 1));

        awaitEvents("stock.reserved");
        assertStock("wire-poison", 5, 1);
    }

    /** Everything published for this order before has been handled when this returns: order is kept per order. */
    private void settleWith(UUID order) throws Exception {
        double before = ignored();
        topic.publish(OrderEventSamples.other("order.confirmed", order));
        await().atMost(LIMIT).until(() -> ignored() > before);
    }

    private double ignored() {
        return meters.find("millrace.inbox.ignored").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void awaitOneMore(String outcome, Publishing publishing) throws Exception {
        double before = outcomes(outcome);
        publishing.publish();
        await().atMost(LIMIT).until(() -> outcomes(outcome) > before);
    }

    private double outcomes(String outcome) {
        return meters.find("inventory.reservations").tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private void awaitEvents(String... types) {
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(List.of(types), produced.typesOf(orderId)));
    }

    private static void product(String sku, long onHand) {
        given().contentType("application/json")
                .body("{\"name\":\"A product\",\"unitPrice\":\"1.00\",\"currency\":\"EUR\",\"onHand\":" + onHand + "}")
                .put("/products/{sku}", sku)
                .then()
                .statusCode(201);
    }

    private static void assertStock(String sku, int onHand, int reserved) {
        when().get("/products/{sku}", sku)
                .then()
                .body("onHand", equalTo(onHand))
                .body("reserved", equalTo(reserved))
                .body("available", equalTo(onHand - reserved));
    }

    private interface Publishing {
        void publish() throws Exception;
    }
}
