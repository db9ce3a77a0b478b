package dev.millrace.inventory.web;

import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.millrace.inventory.InventoryStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class ReservationApiTest {

    @Test
    void anOrderThatNobodyHeardOfIsNotFound() {
        when().get("/reservations/{id}", UUID.randomUUID())
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:reservation-not-found"));
    }

    @Test
    void anOrderIdThatIsNoneIsRefused() {
        when().get("/reservations/42")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo("orderId"));
    }

    @Test
    void healthMetricsAndApiDescriptionAreThere() {
        when().get("/q/health/live").then().statusCode(200);
        when().get("/q/metrics").then().statusCode(200).body(containsString("jvm_memory_used_bytes"));
        when().get("/q/openapi").then().statusCode(200).body(containsString("/reservations/{orderId}"));
    }
}
