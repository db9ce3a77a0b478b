package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages published and looked at over HTTP. */
@QuarkusTest
class MessagesApiTest {

    private final String messages = "/api/queues/api-" + UUID.randomUUID() + "/messages";

    private ValidatableResponse publish(String body) {
        return given().contentType("application/json").body(body).post(messages).then();
    }

    @Test
    void everyFieldComesBackAsItWasSent() {
        publish("""
                {"body": {"n": 1, "list": [true, null]}, "messageId": "m-1", "subject": "order.placed", "groupId": "k",
                 "correlationId": "c", "replyTo": "answers", "priority": 7, "ttl": "PT1H", "delay": "PT10M",
                 "applicationProperties": {"text": "a", "long": 4000000000, "double": 1.5, "flag": true}}""")
                .statusCode(201)
                .body("items", hasSize(1))
                .body("items[0].messageId", equalTo("m-1"))
                .body("items[0].offset", equalTo(0));
        when().get(messages)
                .then()
                .statusCode(200)
                .body("next", nullValue())
                .body("items[0].id", notNullValue())
                .body("items[0].offset", equalTo(0))
                .body("items[0].state", equalTo("SCHEDULED"))
                .body("items[0].attempts", equalTo(0))
                .body("items[0].body.n", equalTo(1))
                .body("items[0].body.list", equalTo(java.util.Arrays.asList(true, null)))
                .body("items[0].messageId", equalTo("m-1"))
                .body("items[0].subject", equalTo("order.placed"))
                .body("items[0].groupId", equalTo("k"))
                .body("items[0].correlationId", equalTo("c"))
                .body("items[0].replyTo", equalTo("answers"))
                .body("items[0].priority", equalTo(7))
                .body("items[0].ttl", notNullValue())
                .body("items[0].deliverAt", notNullValue())
                .body("items[0].contentType", equalTo("application/json"))
                .body("items[0].applicationProperties.text", equalTo("a"))
                .body("items[0].applicationProperties.long", equalTo(4000000000L))
                .body("items[0].applicationProperties.double", equalTo(1.5f))
                .body("items[0].applicationProperties.flag", equalTo(true));
    }

    @Test
    void textJsonAndBytesAreShownAsWhatTheyAre() {
        publish("""
                [{"body": "text"}, {"body": [1, 2]}, {"body": {"base64": "//79"}},
                 {"body": {"base64": "aGVsbG8="}, "contentType": "text/plain"}, {"body": false}]""").statusCode(201);
        when().get(messages)
                .then()
                .body("items", hasSize(5))
                .body("items[0].body", equalTo("text"))
                .body("items[0].contentType", nullValue())
                .body("items[0].state", equalTo("READY"))
                .body("items[1].body", equalTo(java.util.List.of(1, 2)))
                .body("items[2].body.base64", equalTo("//79"))
                .body("items[3].body", equalTo("hello"))
                .body("items[4].body", equalTo(false));
    }

    @Test
    void pagesFollowEachOther() {
        publish("[{\"body\":0},{\"body\":1},{\"body\":2}]").statusCode(201);
        String next = given().queryParam("limit", 2)
                .get(messages)
                .then()
                .body("items.offset", equalTo(java.util.List.of(0, 1)))
                .extract()
                .path("next");
        given().queryParam("after", next)
                .get(messages)
                .then()
                .body("items.offset", equalTo(java.util.List.of(2)))
                .body("next", nullValue());
        given().queryParam("from", 1).get(messages).then().body("items", hasSize(2));
        given().queryParam("from", "latest").get(messages).then().body("items", hasSize(0));
        given().queryParam("from", "never").get(messages).then().statusCode(400).body("errors.field", hasItem("from"));
        given().queryParam("limit", 0).get(messages).then().statusCode(400).body("errors.field", hasItem("limit"));
    }

    @Test
    void aFullQueueAnswers429() {
        given().contentType("application/json")
                .body("{\"maxMessages\": 1, \"whenFull\": \"reject\"}")
                .put(messages.replace("/messages", ""))
                .then()
                .statusCode(201);
        publish("{\"body\": 1}").statusCode(201);
        publish("{\"body\": 2}")
                .statusCode(429)
                .contentType("application/problem+json")
                .header("Retry-After", notNullValue())
                .body("type", equalTo("urn:millrace:problem:full"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | body",
                "{\"body\":1,\"priority\":10} | priority",
                "{\"body\":1,\"ttl\":\"soon\"} | ttl",
                "{\"body\":1,\"ttl\":5000} | ttl",
                "{\"body\":1,\"delay\":\"PT1S\",\"deliverAt\":\"2030-01-01T00:00:00Z\"} | delay",
                "{\"body\":1,\"deliverAt\":\"tomorrow\"} | deliverAt",
                "{\"body\":1,\"subject\":1} | subject",
                "{\"body\":1,\"applicationProperties\":{\"a\":{}}} | applicationProperties.a",
                "{\"body\":{\"base64\":\"%\"}} | body.base64",
                "{\"body\":1,\"bodi\":2} | bodi",
                "[{\"body\":1},{}] | [1].body",
                "[] | body",
                "7 | body"
            })
    void whatIsWrongIsNamed(String body, String field) {
        publish(body).statusCode(400).contentType("application/problem+json").body("errors.field", hasItem(field));
    }

    @Test
    void aMessageThatIsTooLargeIsAProblem() {
        publish("{\"body\":\"" + "x".repeat(1_048_577) + "\"}")
                .statusCode(400)
                .body("errors.field", containsInAnyOrder("body"));
    }

    @Test
    void topicsTakeAndShowMessagesToo() {
        String topic = "/api/topics/api-" + UUID.randomUUID();
        given().contentType("application/json")
                .body("{\"body\":\"hello\"}")
                .post(topic + "/messages")
                .then()
                .statusCode(201);
        when().get(topic + "/messages").then().body("items.body", containsInAnyOrder("hello"));
    }

    @Test
    void unknownQueueIsNotLookedAt() {
        when().get(messages).then().statusCode(404).contentType("application/problem+json");
    }
}
