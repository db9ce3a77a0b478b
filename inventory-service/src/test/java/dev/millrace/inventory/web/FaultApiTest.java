package dev.millrace.inventory.web;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import dev.millrace.inventory.InventoryStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where it is configured on; {@link FaultsOffTest} is about the default. */
@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
@TestProfile(FaultApiTest.SwitchedOn.class)
class FaultApiTest {

    /** What {@code INVENTORY_FAULTS=true} does. */
    public static class SwitchedOn implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("INVENTORY_FAULTS", "true");
        }
    }

    @Test
    void aFaultIsSwitchedOnListedAndSwitchedOff() {
        put("fault-1", "{\"kind\":\"TRANSIENT\",\"message\":\"the door is stuck\"}")
                .then()
                .statusCode(200)
                .body("sku", equalTo("fault-1"))
                .body("kind", equalTo("TRANSIENT"))
                .body("message", equalTo("the door is stuck"));
        put("fault-1", "{\"kind\":\"PERMANENT\"}")
                .then()
                .statusCode(200)
                .body("message", equalTo("a fault is switched on for fault-1"));
        when().get("/faults").then().statusCode(200).body("sku", hasItem("fault-1"));

        when().delete("/faults/fault-1").then().statusCode(204);
        when().delete("/faults/fault-1").then().statusCode(204);
        when().get("/faults").then().statusCode(200).body("sku", not(hasItem("fault-1")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bad-1 | {}                                      | kind
            bad-1 | {"kind":"SOMETIMES"}                    | kind
            bad-1 | {"kind":"PERMANENT","message":""}       | message
            bad-1 | {"kind":"PERMANENT","message":"a\\nb"}  | message
            bad-1 | null                                    | body
            -bad  | {"kind":"PERMANENT"}                    | sku
            """)
    void aBadFaultIsRefusedByField(String sku, String body, String field) {
        put(sku, body)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("errors[0].field", equalTo(field));
        when().get("/faults").then().body("sku", not(hasItem(sku)));
    }

    private static io.restassured.response.Response put(String sku, String body) {
        return given().contentType("application/json").body(body).put("/faults/{sku}", sku);
    }
}
