package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ways from topics into queues, over HTTP. */
@QuarkusTest
class BindingsApiTest {

    private final String topic = "topic-" + UUID.randomUUID();
    private final String queue = "queue-" + UUID.randomUUID();
    private final String bindings = "/api/topics/" + topic + "/bindings";

    private static ValidatableResponse put(String path, String body) {
        return given().contentType("application/json").body(body).put(path).then();
    }

    private ValidatableResponse publish(String body) {
        return given().contentType("application/json")
                .body(body)
                .post("/api/topics/" + topic + "/messages")
                .then();
    }

    @BeforeEach
    void declare() {
        put("/api/topics/" + topic, "{}").statusCode(201);
    }

    @Test
    void aBindingIsDeclaredShownChangedAndDeleted() {
        String binding = bindings + "/" + queue;
        put(binding, "{\"subject\":\"order.*\",\"selector\":\"size > 3\"}")
                .statusCode(201)
                .body("topic", equalTo(topic))
                .body("queue", equalTo(queue))
                .body("subject", equalTo("order.*"))
                .body("selector", equalTo("size > 3"))
                .body("routed", equalTo(0));
        when().get("/api/queues/" + queue).then().statusCode(200);
        put(binding, "{\"subject\":\"order.*\"}").statusCode(200).body("selector", nullValue());
        when().get(binding)
                .then()
                .statusCode(200)
                .body("subject", equalTo("order.*"))
                .body("selector", nullValue());
        when().get(bindings).then().statusCode(200).body("items", hasSize(1)).body("items[0].queue", equalTo(queue));
        when().delete(binding).then().statusCode(204);
        when().get(binding)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString(queue));
        when().delete(binding).then().statusCode(404);
        when().get(bindings).then().body("items", hasSize(0));
    }

    @Test
    void whatIsPublishedIsRoutedByItsSubjectAndItsProperties() {
        put(bindings + "/" + queue, "{\"subject\":\"order.#\",\"selector\":\"size > 3\"}")
                .statusCode(201);
        publish("""
                [{"body": "yes", "subject": "order.placed.late", "applicationProperties": {"size": 4}},
                 {"body": "small", "subject": "order.placed", "applicationProperties": {"size": 3}},
                 {"body": "other", "subject": "stock.reserved", "applicationProperties": {"size": 9}},
                 {"body": "later", "subject": "order.placed", "applicationProperties": {"size": 5}, "delay": "PT1H"}]""").statusCode(201);
        when().get("/api/queues/" + queue + "/messages")
                .then()
                .body("items.body", equalTo(List.of("yes", "later")))
                .body("items.state", equalTo(List.of("READY", "SCHEDULED")));
        when().get("/api/topics/" + topic + "/messages").then().body("items", hasSize(4));
        when().get(bindings + "/" + queue).then().body("routed", equalTo(2));
    }

    @Test
    void aQueueThatIsFullRefusesTheWholePublication() {
        put("/api/queues/" + queue, "{\"maxMessages\":1,\"whenFull\":\"reject\"}")
                .statusCode(201);
        put(bindings + "/" + queue, "{}").statusCode(201);
        publish("[{\"body\":1},{\"body\":2}]")
                .statusCode(429)
                .contentType("application/problem+json")
                .body("detail", containsString(queue));
        when().get("/api/topics/" + topic + "/messages").then().body("items", hasSize(0));
    }

    @Test
    void whatIsWrongIsSaid() {
        String binding = bindings + "/" + queue;
        put(binding, "{\"selector\":\"size >\"}")
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("detail", containsString("found the end"));
        put(binding, "{\"subject\":\"order.p*\"}").statusCode(400).body("detail", containsString("p*"));
        put(binding, "{\"subject\":5,\"colour\":\"red\"}")
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("subject", "colour"))
                .body("errors.message[0]", containsString("5"));
        when().get("/api/queues/" + queue).then().statusCode(404);
        put("/api/topics/nowhere-" + queue + "/bindings/" + queue, "{}")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString("nowhere-" + queue));
        when().get("/api/topics/nowhere-" + queue + "/bindings").then().statusCode(404);
        put(bindings + "/" + topic, "{}").statusCode(409).body("detail", containsString("is a topic"));
        put(bindings + "/a::b", "{}").statusCode(400).body("detail", containsString("a::b"));
    }

    @Test
    void pagesFollowEachOther() {
        for (String name : List.of("a", "b", "c")) {
            put(bindings + "/" + queue + name, "{}").statusCode(201);
        }
        String next = given().queryParam("limit", 2)
                .get(bindings)
                .then()
                .body("items.queue", equalTo(List.of(queue + "a", queue + "b")))
                .extract()
                .path("next");
        given().queryParam("after", next)
                .get(bindings)
                .then()
                .body("items.queue", equalTo(List.of(queue + "c")))
                .body("next", nullValue());
    }

    @Test
    void theApiIsDescribed() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/api/topics/{topic}/bindings/{queue}'.put.operationId", equalTo("putBinding"))
                .body("paths.'/api/topics/{topic}/bindings'.get.operationId", equalTo("listBindings"))
                .body(
                        "paths.'/api/topics/{topic}/bindings'.get.responses.'200'.content.'application/json'.examples.size()",
                        equalTo(1));
    }
}
