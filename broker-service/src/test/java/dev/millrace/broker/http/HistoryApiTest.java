package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history of one message over HTTP. */
@QuarkusTest
class HistoryApiTest {

    private static final String HISTORY = "/api/messages/{id}/history";

    private static void publish(String queue, String message) {
        given().contentType("application/json")
                .body(message)
                .post("/api/queues/{queue}/messages", queue)
                .then()
                .statusCode(201);
    }

    @Test
    void aMessageThatWaitsIsTold() {
        String id = UUID.randomUUID().toString();
        publish("history-" + id, "{\"body\": 1, \"messageId\": \"" + id + "\"}");
        when().get(HISTORY, id)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("items", hasSize(1))
                .body("items[0].event", equalTo("stored"))
                .body("items[0].destination", equalTo("history-" + id))
                .body("items[0].at", notNullValue())
                .body("items[0].attempt", nullValue())
                .body("items[0].container", nullValue());
    }

    @Test
    void aScheduledMessageSaysWhenItIsDue() {
        String id = UUID.randomUUID().toString();
        publish(
                "history-" + id,
                "{\"body\": 1, \"messageId\": \"" + id + "\", \"deliverAt\": \"2099-01-01T00:00:00Z\"}");
        when().get(HISTORY, id)
                .then()
                .body("items.event", equalTo(List.of("stored", "scheduled")))
                .body("items[1].detail", equalTo("2099-01-01T00:00:00Z"));
    }

    @Test
    void ofAnIdThatNobodyKnowsThereAreNoEvents() {
        when().get(HISTORY, "nobody").then().statusCode(200).body("items", hasSize(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "with space", "ö", "AMQP_ULONG:7", "a%2Fb?c=d"})
    void anyTextIsAnId(String form) {
        String id = form + UUID.randomUUID();
        publish("history-any", "{\"body\": 1, \"messageId\": \"" + id + "\"}");
        when().get(HISTORY, id).then().statusCode(200).body("items.event", equalTo(List.of("stored")));
    }

    @Test
    void itIsDescribed() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .body("paths.'/api/messages/{messageId}/history'.get.description", containsString("no longer"));
    }
}
