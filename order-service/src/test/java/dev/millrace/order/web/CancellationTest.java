package dev.millrace.order.web;

import static dev.millrace.order.Requests.placed;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.order.OrderStack;
import dev.millrace.order.ProducedEvents;
import dev.millrace.order.application.OrderLifecycle;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class CancellationTest {

    @Inject
    OrderLifecycle lifecycle;

    @Inject
    ProducedEvents produced;

    private UUID order;

    @BeforeEach
    void place() {
        order = placed();
    }

    @Test
    void aPendingOrderIsCancelled() throws Exception {
        cancel().then()
                .statusCode(202)
                .body("id", equalTo(order.toString()))
                .body("status", equalTo("CANCELLED"))
                .body("reason", equalTo("CUSTOMER_REQUEST"));

        given().get("/orders/" + order).then().body("status", equalTo("CANCELLED"));
        var last = produced.of(order).getLast();
        assertEquals("order.cancelled", last.type());
        assertEquals("orders", last.destination());
        assertEquals("CUSTOMER_REQUEST", last.data().path("reason").asText());
    }

    @Test
    void aConfirmedOrderIsCancelled() throws Exception {
        lifecycle.confirm(order);

        cancel().then().statusCode(202).body("status", equalTo("CANCELLED"));

        assertEquals(
                List.of("order.placed", "order.timeout-due", "order.confirmed", "order.cancelled"),
                produced.typesOf(order));
    }

    @Test
    void aSettledOrderIsNot() throws Exception {
        lifecycle.reject(order, "OUT_OF_STOCK");
        var before = produced.typesOf(order);

        cancel().then()
                .statusCode(409)
                .contentType(Problem.MEDIA_TYPE)
                .body("type", equalTo("urn:millrace:problem:order-not-cancellable"));

        given().get("/orders/" + order)
                .then()
                .body("status", equalTo("REJECTED"))
                .body("reason", equalTo("OUT_OF_STOCK"));
        assertEquals(before, produced.typesOf(order));
    }

    @Test
    void aSecondCancellationIsRefused() throws Exception {
        cancel().then().statusCode(202);
        cancel().then().statusCode(409);

        assertEquals(List.of("order.placed", "order.timeout-due", "order.cancelled"), produced.typesOf(order));
    }

    private Response cancel() {
        return given().post("/orders/" + order + "/cancellation");
    }
}
