package dev.millrace.order.web;

import static dev.millrace.order.Requests.CUP;
import static dev.millrace.order.Requests.body;
import static dev.millrace.order.Requests.placed;
import static dev.millrace.order.Requests.post;
import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.millrace.order.OrderStack;
import dev.millrace.order.application.OrderLifecycle;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Backpressure to the caller. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
@TestProfile(AdmissionTest.ThreeOrders.class)
class AdmissionTest {

    /** Three pending orders are one too few for a fourth. */
    public static class ThreeOrders implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("millrace.order.admission.max-pending", "3", "millrace.order.admission.free-pending", "3");
        }
    }

    @Inject
    OrderLifecycle lifecycle;

    @Test
    void oneOrderTooManyIsSentAwayUntilThereIsRoomAndReadsGoOn() {
        UUID first = placed();
        placed();
        placed();
        String key = UUID.randomUUID().toString();

        post(key, body(CUP, 1))
                .then()
                .statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", "10")
                .body("type", equalTo("urn:millrace:problem:overloaded"))
                .body("status", equalTo(429));
        given().get("/orders/" + first).then().statusCode(200).body("status", equalTo("PENDING"));
        given().get("/orders").then().statusCode(200).body("size()", equalTo(3));

        lifecycle.confirm(first);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> post(key, body(CUP, 1)).statusCode() == 201);
        post(UUID.randomUUID().toString(), body(CUP, 1)).then().statusCode(429);
        given().get("/orders").then().body("size()", equalTo(4));
    }
}
