package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What messages have to look like, declared and held over HTTP. */
@QuarkusTest
class SchemasApiTest {

    private static final String SCHEMA = """
            {"type": "object", "required": ["orderId"], "properties": {"orderId": {"type": "string"}}}""";

    private final String topic = "/api/topics/schemas-" + UUID.randomUUID();
    private final String placed = topic + "/schemas/order.placed";

    private static ValidatableResponse put(String path, String body) {
        return given().contentType("application/json").body(body).put(path).then();
    }

    private ValidatableResponse publish(String body) {
        return given().contentType("application/json")
                .body(body)
                .post(topic + "/messages")
                .then();
    }

    @BeforeEach
    void declare() {
        put(topic, "{}").statusCode(201);
    }

    @Test
    void aSchemaIsDeclaredShownReplacedAndDeleted() {
        put(placed, SCHEMA)
                .statusCode(201)
                .body("subject", equalTo("order.placed"))
                .body("schema.required", equalTo(List.of("orderId")));
        put(placed, SCHEMA.replace("\"type\": \"object\"", "\"type\": \"object\", \"title\": \"An order\""))
                .statusCode(200);
        when().get(placed).then().statusCode(200).body("schema.title", equalTo("An order"));
        put(topic + "/schemas/order.shipped", "{}").statusCode(201);
        given().queryParam("limit", 1)
                .get(topic + "/schemas")
                .then()
                .body("items.subject", equalTo(List.of("order.placed")))
                .body("next", equalTo("order.placed"));
        given().queryParam("after", "order.placed")
                .get(topic + "/schemas")
                .then()
                .body("items.subject", equalTo(List.of("order.shipped")))
                .body("next", nullValue());
        when().delete(placed).then().statusCode(204);
        when().get(placed).then().statusCode(404).body("detail", containsString("order.placed"));
        when().delete(placed).then().statusCode(404);
    }

    @Test
    void whatDoesNotConformIsNotTakenAndSaysWhy() {
        put(placed, SCHEMA).statusCode(201);
        publish("{\"body\": {\"orderId\": 7}, \"subject\": \"order.placed\"}")
                .statusCode(422)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:schema-violated"))
                .body("detail", containsString("$.orderId: integer found, string expected"));
        publish("{\"body\": {\"orderId\": \"7\"}, \"subject\": \"order.placed\"}")
                .statusCode(201);
        publish("{\"body\": {\"orderId\": 7}, \"subject\": \"order.shipped\"}").statusCode(201);
        when().get(topic + "/messages").then().body("items", hasSize(2));
    }

    @Test
    void whatIsNoSchemaOrNotCompatibleIsRefused() {
        put(placed, SCHEMA).statusCode(201);
        put(placed, SCHEMA.replace("string", "integer"))
                .statusCode(409)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:not-allowed"))
                .body("detail", containsString("$.orderId.type was \"string\" and would be \"integer\""));
        put(topic + "/schemas/x", "{\"type\": \"thing\"}")
                .statusCode(400)
                .body("detail", containsString("$.type: does not have a value"));
        put(topic + "/schemas/x", "[]").statusCode(400).body("errors.field", hasItem("body"));
        put("/api/topics/emails/schemas/x", "{}").statusCode(404);
        when().get(topic + "/schemas/x").then().statusCode(404);
        when().get(placed).then().body("schema.properties.orderId.type", equalTo("string"));
    }
}
