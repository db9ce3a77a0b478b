package dev.millrace.notification.web;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import dev.millrace.notification.NotificationStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(NotificationStack.class)
class NotificationApiTest {

    @Test
    void anOrderNobodyWasToldOfHasNoNotifications() {
        when().get("/notifications?orderId=" + UUID.randomUUID())
                .then()
                .statusCode(200)
                .body("", empty());
    }

    @Test
    void withoutAnOrderTheNewestAreListed() {
        when().get("/notifications?limit=5").then().statusCode(200).body("size()", lessThanOrEqualTo(5));
        when().get("/notifications").then().statusCode(200);
    }

    @ParameterizedTest
    @CsvSource({
        "orderId=42, orderId",
        "orderId=, orderId",
        "limit=0, limit",
        "limit=1001, limit",
        "limit=ten, limit",
    })
    void aBadQueryIsRefusedByField(String query, String field) {
        when().get("/notifications?" + query)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("status", equalTo(400))
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("errors[0].field", equalTo(field))
                .body("detail", not(equalTo("")));
    }

    @Test
    void whatHttpItselfForbidsIsAProblemToo() {
        when().get("/no-such-path").then().statusCode(404).contentType("application/problem+json");
        given().contentType("application/json")
                .body("{}")
                .post("/notifications")
                .then()
                .statusCode(405)
                .contentType("application/problem+json");
    }

    @Test
    void healthMetricsAndApiDescriptionAreThere() {
        when().get("/q/health/live").then().statusCode(200);
        when().get("/q/metrics").then().statusCode(200).body(containsString("jvm_memory_used_bytes"));
        when().get("/q/openapi").then().statusCode(200).body(containsString("/notifications"));
    }
}
