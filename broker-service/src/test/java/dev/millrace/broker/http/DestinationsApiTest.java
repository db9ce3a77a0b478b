package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queues, topics and subscriptions declared, changed, steered and deleted over HTTP. */
@QuarkusTest
class DestinationsApiTest {

    private final String name = "api-" + UUID.randomUUID();

    private static ValidatableResponse put(String path, String body) {
        return given().urlEncodingEnabled(false)
                .contentType("application/json")
                .body(body)
                .put(path)
                .then();
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json").body(body).post(path).then();
    }

    @Test
    void aQueueIsDeclaredChangedShownAndDeleted() {
        put("/api/queues/" + name, "{}")
                .statusCode(201)
                .body("kind", equalTo("queue"))
                .body("name", equalTo(name))
                .body("settings.whenFull", equalTo("block"))
                .body("settings.lockDuration", equalTo("PT30S"))
                .body("workersNeeded", equalTo(0))
                .body("paused", equalTo(false));
        put("/api/queues/" + name, """
                {"maxMessages": 7, "maxBytes": 8000, "whenFull": "drop-oldest", "maxDeliveryAttempts": 3,
                 "backoff": {"initial": "PT1S", "multiplier": 3, "max": "PT1M", "jitter": 0},
                 "lockDuration": "PT10S", "duplicateWindow": "PT5M", "deadLetterRetention": "P1D"}""").statusCode(200);
        when().get("/api/queues/" + name)
                .then()
                .statusCode(200)
                .body("settings.maxMessages", equalTo(7))
                .body("settings.maxBytes", equalTo(8000))
                .body("settings.whenFull", equalTo("drop-oldest"))
                .body("settings.maxDeliveryAttempts", equalTo(3))
                .body("settings.backoff.initial", equalTo("PT1S"))
                .body("settings.backoff.multiplier", equalTo(3.0f))
                .body("settings.backoff.max", equalTo("PT1M"))
                .body("settings.lockDuration", equalTo("PT10S"))
                .body("settings.duplicateWindow", equalTo("PT5M"))
                .body("settings.deadLetterRetention", equalTo("PT24H"));
        when().delete("/api/queues/" + name).then().statusCode(204);
        when().get("/api/queues/" + name)
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", containsString(name));
    }

    @Test
    void aTopicAndItsSubscriptionAreDeclaredShownAndDeleted() {
        put("/api/topics/" + name, "{\"retention\":{\"age\":\"PT1H\",\"bytes\":1000},\"duplicateWindow\":\"PT1M\"}")
                .statusCode(201)
                .body("kind", equalTo("topic"))
                .body("settings.retention.age", equalTo("PT1H"))
                .body("settings.retention.bytes", equalTo(1000))
                .body("settings.duplicateWindow", equalTo("PT1M"));
        put("/api/topics/" + name + "/subscriptions/s", "{\"from\":\"earliest\",\"maxDeliveryAttempts\":9}")
                .statusCode(201)
                .body("kind", equalTo("subscription"))
                .body("name", equalTo(name + "::s"))
                .body("settings.maxDeliveryAttempts", equalTo(9));
        when().get("/api/topics/" + name + "/subscriptions/s").then().statusCode(200);
        when().get("/api/destinations?limit=1000").then().body("items.name", hasItem(name + "::s"));
        when().delete("/api/topics/" + name + "/subscriptions/s").then().statusCode(204);
        when().get("/api/topics/" + name + "/subscriptions/s").then().statusCode(404);
        when().delete("/api/topics/" + name).then().statusCode(204);
        when().get("/api/destinations?limit=1000").then().body("items.name", not(hasItem(name)));
    }

    @Test
    void aSubscriptionIsPausedResumedAndSought() {
        put("/api/topics/" + name, "{}").statusCode(201);
        String subscription = "/api/topics/" + name + "/subscriptions/s";
        post("/api/topics/" + name + "/messages", "[{\"body\":1},{\"body\":2},{\"body\":3}]")
                .statusCode(201);
        put(subscription, "{}").statusCode(201).body("depth", equalTo(0));
        post(subscription + "/seek", "{\"to\":\"earliest\"}").statusCode(200).body("depth", equalTo(3));
        post(subscription + "/seek", "{\"to\":1}").body("depth", equalTo(2)).body("lag", equalTo(2));
        post(subscription + "/seek", "{\"to\":\"2001-01-01T00:00:00Z\"}").body("depth", equalTo(3));
        post(subscription + "/seek", "{\"to\":\"latest\"}").body("depth", equalTo(0));
        post(subscription + "/seek", "{\"to\":99}").statusCode(400).body("detail", containsString("99"));
        post(subscription + "/seek", "{\"to\":\"never\"}").statusCode(400).body("errors.field", hasItem("to"));
        post(subscription + "/seek", "{}").statusCode(400).body("errors.field", hasItem("to"));
        when().post(subscription + "/pause").then().statusCode(200).body("paused", equalTo(true));
        when().post(subscription + "/resume").then().statusCode(200).body("paused", equalTo(false));
    }

    @Test
    void aNewSubscriptionStartsWhereItIsTold() {
        put("/api/topics/" + name, "{}").statusCode(201);
        post("/api/topics/" + name + "/messages", "[{\"body\":1},{\"body\":2},{\"body\":3}]")
                .statusCode(201);

        put("/api/topics/" + name + "/subscriptions/a", "{\"from\":2}").body("depth", equalTo(1));
        put("/api/topics/" + name + "/subscriptions/b", "{\"from\":\"earliest\"}")
                .body("depth", equalTo(3));
        put("/api/topics/" + name + "/subscriptions/c", "{\"from\":\"latest\"}").body("depth", equalTo(0));
        put("/api/topics/" + name + "/subscriptions/d", "{\"from\":\"2001-01-01T00:00:00Z\"}")
                .body("depth", equalTo(3));
        put("/api/topics/" + name + "/subscriptions/e", "{\"from\":\"2199-01-01T00:00:00Z\"}")
                .body("depth", equalTo(0));
        put("/api/topics/" + name + "/subscriptions/f", "{\"from\":4}")
                .statusCode(400)
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body(
                        "detail",
                        equalTo("'" + name + "' has offsets up to 3, which the next message gets; 4 is none of"
                                + " them."));
        when().get("/api/topics/" + name + "/subscriptions/f").then().statusCode(404);
    }

    @Test
    void aSubscriptionTakesWhatItSelects() {
        put("/api/topics/" + name, "{}").statusCode(201);
        String subscription = "/api/topics/" + name + "/subscriptions/s";
        put(subscription, "{\"selector\":\"size > 3\",\"subject\":\"order.*\"}")
                .statusCode(201)
                .body("settings.selector", equalTo("size > 3"))
                .body("settings.subject", equalTo("order.*"));
        put(subscription, "{\"selector\":\"size >\"}").statusCode(400).contentType("application/problem+json");
        put(subscription, "{\"selector\":5}").statusCode(400).body("errors.field", hasItem("selector"));
        put(subscription, "{}").statusCode(200).body("settings.selector", equalTo(null));
    }

    @Test
    void aQueueIsPausedAndResumed() {
        put("/api/queues/" + name, "{}").statusCode(201);
        when().post("/api/queues/" + name + "/pause").then().statusCode(200).body("paused", equalTo(true));
        when().get("/api/queues/" + name).then().body("paused", equalTo(true));
        when().post("/api/queues/" + name + "/resume").then().statusCode(200).body("paused", equalTo(false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxMessages | 0",
                "maxMessages | \"many\"",
                "maxMessages | 1.5",
                "maxBytes | -1",
                "whenFull | \"explode\"",
                "maxDeliveryAttempts | 0",
                "lockDuration | \"PT0S\"",
                "lockDuration | 30",
                "lockDuration | \"P999999999D\"",
                "duplicateWindow | \"-PT1S\"",
                "deadLetterRetention | \"soon\"",
                "backoff | 3",
                "colour | \"red\""
            })
    void aWrongFieldIsAProblemThatNamesIt(String field, String value) {
        put("/api/queues/" + name, "{\"" + field + "\": " + value + "}")
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("errors.field", containsInAnyOrder(field));
        when().get("/api/queues/" + name).then().statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topics/NAME | {\"retention\":{\"age\":\"-PT1S\"}} | retention.age | from PT0S to P36500D",
                "topics/NAME | {\"retention\":{\"bytes\":-1}} | retention.bytes | not -1",
                "topics/NAME | {\"retention\":\"P7D\"} | retention | must be a JSON object",
                "topics/NAME | {\"duplicateWindow\":600} | duplicateWindow | ISO-8601 duration",
                "topics/NAME | {\"maxMessages\":5} | maxMessages | expected one of duplicateWindow, retention",
                "topics/orders/subscriptions/NAME | {\"from\":\"sometime\"} | from | \"earliest\", \"latest\", an offset",
                "topics/orders/subscriptions/NAME | {\"from\":-1} | from | not -1",
                "topics/orders/subscriptions/NAME | {\"whenFull\":\"grow\"} | whenFull | \"drop-oldest\", not \"grow\"",
                "queues/NAME | {\"backoff\":{\"first\":\"PT1S\"}} | backoff.first | expected one of initial",
                "queues/NAME | {\"onDeadLetter\":\"wait\"} | onDeadLetter | must be \"continue\" or \"park\", not \"wait\""
            })
    void aWrongSettingSaysWhatIsExpectedAndWhatCame(String path, String body, String field, String said) {
        String resource = "/api/" + path.replace("NAME", name);
        put(resource, body)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:millrace:problem:invalid-request"))
                .body("errors.field", equalTo(List.of(field)))
                .body("errors[0].message", containsString(said));
        when().get(resource).then().statusCode(404);
    }

    @Test
    void allWrongFieldsAreToldAtOnce() {
        put(
                        "/api/queues/" + name,
                        "{\"maxMessages\":0,\"backoff\":{\"jitter\":2,\"initial\":\"PT9S\",\"max\":\"PT1S\"}}")
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("maxMessages", "backoff.jitter", "backoff.max"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[1]", "\"text\"", "{", "''"})
    void aBodyThatIsNoObjectIsAProblem(String body) {
        put("/api/queues/" + name, body).statusCode(body.isEmpty() ? 201 : 400);
    }

    @Test
    void namesMayBePercentEncoded() {
        put("/api/queues/" + name + "%2Fa%20b", "{}").statusCode(201).body("name", equalTo(name + "/a b"));
        given().urlEncodingEnabled(false)
                .get("/api/queues/" + name + "%2Fa%20b")
                .then()
                .statusCode(200);
        put("/api/queues/a%3A%3Ab", "{}").statusCode(400);
        given().urlEncodingEnabled(false)
                .get("/api/queues/emails%2F%24deadletterqueue")
                .then()
                .statusCode(404);
    }

    @Test
    void aQueueIsNoTopic() {
        put("/api/topics/emails", "{}").statusCode(409).contentType("application/problem+json");
        when().get("/api/topics/emails").then().statusCode(404);
        put("/api/topics/emails/subscriptions/s", "{}").statusCode(404);
        put("/api/queues/orders", "{}")
                .statusCode(409)
                .body("type", equalTo("urn:millrace:problem:not-allowed"))
                .body("detail", equalTo("'orders' is declared as a queue, but exists as a topic."));
        post("/api/queues/orders/messages", "{\"body\":1}")
                .statusCode(409)
                .body("detail", equalTo("'orders' is a topic, not a queue."));
        when().get("/api/queues/orders/messages")
                .then()
                .statusCode(404)
                .body("detail", containsString("it is a topic"));
        when().post("/api/queues/orders/pause").then().statusCode(404);
    }

    @Test
    void aSubscriptionThatIsFullHoldsItsTopicBackForAsLongAsItBlocksOrRejects() {
        String topic = "/api/topics/" + name;
        put(topic, "{}").statusCode(201);
        put(topic + "/subscriptions/any", "{}").statusCode(201).body("settings.maxMessages", equalTo(0));
        for (String policy : List.of("block", "reject")) {
            put(topic + "/subscriptions/small", "{\"maxMessages\":1,\"whenFull\":\"" + policy + "\"}");
            post(topic + "/messages", "{\"body\":1}").statusCode(201);
            post(topic + "/messages", "{\"body\":2}")
                    .statusCode(429)
                    .body("detail", containsString("'" + name + "::small' is full: 1 messages wait there"));
            post(topic + "/subscriptions/small/seek", "{\"to\":\"latest\"}").statusCode(200);
        }
        put(topic + "/subscriptions/small", "{\"maxMessages\":1,\"whenFull\":\"drop-oldest\"}");
        post(topic + "/messages", "[{\"body\":3},{\"body\":4}]").statusCode(201);
        when().get(topic + "/subscriptions/small").then().body("depth", equalTo(1));
        when().get(topic + "/subscriptions/any").then().body("depth", equalTo(4));
    }

    @Test
    void aQueueWithoutABoundIsAProblem() {
        put("/api/queues/" + name, "{\"maxMessages\":0}").statusCode(400).body("errors.field", hasItem("maxMessages"));
    }

    @Test
    void theApiIsDescribed() {
        given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/api/queues/{queue}'.put.operationId", equalTo("putQueue"))
                .body("paths.'/api/queues/{queue}'.put.responses.'400'.content.size()", equalTo(1))
                .body(
                        "paths.'/api/topics/{topic}/subscriptions/{subscription}/seek'.post.operationId",
                        equalTo("seekSubscription"));
    }
}
