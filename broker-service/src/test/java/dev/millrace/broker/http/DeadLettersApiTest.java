package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.ConsumerLink;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.Terminus;
import dev.millrace.broker.engine.CommandSink;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dead letters listed, tried out, sent on and discarded over HTTP. */
@QuarkusTest
class DeadLettersApiTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Inject
    CommandSink commands;

    private final String queue = "dead-" + UUID.randomUUID();
    private final String letters = "/api/dead-letters/" + queue;

    @AfterEach
    void delete() {
        when().delete("/api/queues/" + queue);
    }

    /** Settles everything as it is told to. */
    private final class Settling implements ConsumerLink {
        private final Function<Delivery, Outcome> judgement;

        Settling(String address, Function<Delivery, Outcome> judgement) {
            this.judgement = judgement;
            commands.submit(new Command.AttachConsumer(this, new Terminus(address, Terminus.Kind.ANY), false));
            commands.submit(new Command.Flow(this, 1_000, 0, Command.Flow.NO_DRAIN));
        }

        void detach() {
            commands.submit(new Command.DetachConsumer(this, Long.MAX_VALUE));
        }

        @Override
        public void deliver(Delivery delivery) {
            commands.submit(new Command.Settle(this, new long[] {delivery.id()}, judgement.apply(delivery)));
        }

        @Override
        public String container() {
            return "test-container";
        }

        @Override
        public String name() {
            return "test-link";
        }

        @Override
        public void attached() {}

        @Override
        public void refused(BrokerError error) {
            throw new IllegalStateException(error.description());
        }

        @Override
        public void drained(long drain) {}

        @Override
        public void lockExpired(long deliveryId) {}

        @Override
        public void closed(BrokerError error) {}
    }

    private static ValidatableResponse post(String path, String body) {
        return given().contentType("application/json")
                .header("From", "ada@example.org")
                .body(body)
                .post(path)
                .then();
    }

    private void kill(int messages) {
        StringBuilder bodies = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            bodies.append(i == 0 ? "[" : ",").append("""
                    {"body":{"n":%d},"messageId":"%s-%d","applicationProperties":{"n":%d,"tenant":"acme"}}""".formatted(i, queue, i, i));
        }
        post("/api/queues/" + queue + "/messages", bodies + "]").statusCode(201);
        Settling rejecting = new Settling(queue, delivery -> new Outcome.Rejected("BadSku: no such product"));
        awaitDead(messages);
        rejecting.detach();
    }

    private void awaitDead(int count) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> when().get(letters + "/messages")
                                .then()
                                .extract()
                                .<List<?>>path("items")
                                .size()
                        == count);
    }

    private String awaitEnd(String location) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(() -> when().get(location).then().extract().path("state"), state -> !state.equals("RUNNING"));
    }

    @Test
    void deadLettersAreListedWithTheirReasons() {
        kill(3);
        given().queryParam("limit", 1000)
                .get("/api/dead-letters")
                .then()
                .statusCode(200)
                .body("items.find { it.source == '%s' }.count".formatted(queue), equalTo(3))
                .body("items.find { it.source == '%s' }.reasons.rejected".formatted(queue), equalTo(3))
                .body("items.find { it.source == '%s' }.oldestAt".formatted(queue), notNullValue())
                .body("items.find { it.source == '%s' }.perMinute".formatted(queue), notNullValue());
        given().queryParam("limit", 2)
                .get(letters + "/messages")
                .then()
                .statusCode(200)
                .body("items", hasSize(2))
                .body("next", equalTo("1"))
                .body("items[0].body.n", equalTo(0))
                .body("items[0].id", notNullValue())
                .body("items[0].messageId", equalTo(queue + "-0"))
                .body("items[0].reason", equalTo("rejected"))
                .body("items[0].description", equalTo("BadSku: no such product"))
                .body("items[0].deadLetteredAt", notNullValue())
                .body("items[0].attempts", equalTo(1))
                .body("items[0].replayCount", equalTo(0))
                .body("items[0].deaths", hasSize(1))
                .body("items[0].deaths[0].source", equalTo(queue))
                .body("items[0].deaths[0].reason", equalTo("rejected"))
                .body("items[0].deaths[0].attempt", equalTo(1))
                .body("items[0].deaths[0].container", equalTo("test-container"))
                .body("items[0].deaths[0].link", equalTo("test-link"))
                .body("items[0].deaths[0].error", equalTo("BadSku: no such product"))
                .body("items[0].deaths[0].attempts[0].error", equalTo("BadSku: no such product"));
        given().queryParam("after", "1")
                .get(letters + "/messages")
                .then()
                .body("items", hasSize(1))
                .body("$", not(hasKey("next")));
    }

    @Test
    void deadLetterQueuesAreLookedAtLikeOtherQueues() {
        kill(2);
        given().urlEncodingEnabled(false)
                .queryParam("from", 1)
                .get("/api/queues/" + queue + "%2F$deadletterqueue/messages")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].body.n", equalTo(1))
                .body("items[0].state", equalTo("READY"))
                .body("items[0].attempts", equalTo(1))
                .body("items[0].reason", equalTo("rejected"))
                .body("items[0].description", equalTo("BadSku: no such product"))
                .body("items[0].deaths[0].source", equalTo(queue));
    }

    @Test
    void soAreThoseOfSubscriptions() {
        String topic = "/api/topics/" + queue;
        given().contentType("application/json").body("{}").put(topic).then().statusCode(201);
        given().contentType("application/json")
                .body("{}")
                .put(topic + "/subscriptions/s")
                .then()
                .statusCode(201);
        post(topic + "/messages", "{\"body\":\"bad\"}").statusCode(201);
        Settling rejecting = new Settling(queue + "::s", delivery -> new Outcome.Rejected("no"));
        String path = "/api/queues/" + queue + "%3A%3As%2F%24deadletterqueue/messages";
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> given().urlEncodingEnabled(false)
                .get(path)
                .then()
                .statusCode(200)
                .body("items.body", equalTo(List.of("bad")))
                .body("items.reason", equalTo(List.of("rejected")))
                .body("items[0].deaths[0].source", equalTo(queue + "::s")));
        rejecting.detach();
        when().delete(topic).then().statusCode(204);
    }

    @Test
    void dryRunShowsWhatAReplayWouldDoAndMovesNothing() {
        kill(12);
        post(letters + "/replays", "{\"select\":{\"selector\":\"n >= 2\"},\"dryRun\":true}")
                .statusCode(200)
                .body("dryRun", equalTo(true))
                .body("state", equalTo("COMPLETED"))
                .body("selected", equalTo(10))
                .body("replayed", equalTo(0))
                .body("samples[0].body.n", equalTo(2))
                .body("samples[0].reason", equalTo("rejected"));
        awaitDead(12);
    }

    @Test
    void replayIsAcceptedWatchedAndSendsBackWhatWasSelectedWithItsPatch() {
        kill(4);
        String location = post(letters + "/replays", """
                        {"select":{"reason":"rejected","limit":3},"target":"origin","maxReplays":5,
                         "patch":{"body":{"n":"mended"},"applicationProperties":{"tenant":null,"fixed":true}}}""")
                .statusCode(202)
                .header("Location", containsString("/api/replays/"))
                .body("id", notNullValue())
                .body("source", equalTo(queue))
                .body("startedBy", equalTo("ada@example.org"))
                .body("startedAt", notNullValue())
                .extract()
                .header("Location");
        assertEquals("COMPLETED", awaitEnd(location));
        when().get(location)
                .then()
                .body("selected", equalTo(3))
                .body("replayed", equalTo(3))
                .body("failed", equalTo(0))
                .body("endedAt", notNullValue());
        when().get("/api/queues/" + queue + "/messages")
                .then()
                .body("items", hasSize(3))
                .body("items[0].messageId", equalTo(queue + "-0"))
                .body("items[0].body.n", equalTo("mended"))
                .body("items[0].contentType", equalTo("application/json"))
                .body("items[0].applicationProperties.fixed", equalTo(true))
                .body("items[0].applicationProperties.n", equalTo(0))
                .body("items[0].applicationProperties", not(hasKey("tenant")));
        awaitDead(1);
        given().queryParam("action", "message.edit")
                .queryParam("subject", queue + "-1")
                .queryParam("limit", 1000)
                .get("/api/audit")
                .then()
                .statusCode(200)
                .body("items", hasSize(1))
                .body("items[0].actor", equalTo("ada@example.org"))
                .body("items[0].detail", containsString("\"from\":{\"n\":1},\"to\":{\"n\":\"mended\"}"));
        when().get("/api/replays").then().statusCode(200).body("items.source", hasItem(queue));
    }

    @Test
    void replayIsPausedResumedAndCancelled() {
        kill(5);
        String location = post(letters + "/replays", "{\"select\":{},\"ratePerSecond\":1,\"idempotencyKey\":\"k\"}")
                .statusCode(202)
                .body("selected", equalTo(5))
                .extract()
                .header("Location");
        post(letters + "/replays", "{\"select\":{},\"ratePerSecond\":1,\"idempotencyKey\":\"k\"}")
                .statusCode(202)
                .header("Location", equalTo(location));
        post(letters + "/replays", "{\"select\":{}}")
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", containsString("one replay of a source at a time"));
        post(location + "/pause", "").statusCode(200).body("state", equalTo("PAUSED"));
        post(location + "/resume", "").statusCode(200).body("state", equalTo("RUNNING"));
        post(location + "/cancel", "").statusCode(200).body("state", equalTo("CANCELLED"));
        post(location + "/resume", "").statusCode(409).body("detail", containsString("CANCELLED"));
        given().queryParam("action", "replay.")
                .queryParam("subject", queue)
                .queryParam("limit", 1000)
                .get("/api/audit")
                .then()
                .body(
                        "items.action",
                        equalTo(List.of("replay.start", "replay.pause", "replay.resume", "replay.cancel")));
    }

    @Test
    void reasonOfADiscardMayBeInTheBody() {
        kill(1);
        String id = when().get(letters + "/messages").then().extract().path("items[0].id");
        given().contentType("application/json")
                .body("{\"reasn\":\"x\"}")
                .delete(letters + "/messages/" + id)
                .then()
                .statusCode(400);
        given().contentType("application/json")
                .body("{\"reason\":\"in the body\"}")
                .delete(letters + "/messages/" + id)
                .then()
                .statusCode(204);
        given().queryParam("subject", queue)
                .queryParam("limit", 1000)
                .get("/api/audit")
                .then()
                .body("items.detail", equalTo(List.of("in the body")));
    }

    @Test
    void deadLetterIsDiscardedWithAReason() {
        kill(2);
        String id = when().get(letters + "/messages").then().extract().path("items[0].id");
        given().queryParam("reason", "a test order")
                .header("From", "grace")
                .delete(letters + "/messages/" + id)
                .then()
                .statusCode(204);
        given().delete(letters + "/messages/" + id).then().statusCode(404);
        awaitDead(1);
        given().queryParam("action", "message.discard")
                .queryParam("subject", queue)
                .queryParam("limit", 1000)
                .get("/api/audit")
                .then()
                .body("items", hasSize(1))
                .body("items[0].actor", equalTo("grace"))
                .body("items[0].detail", equalTo("a test order"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"selct":{}}                                 | 400 | selct
            {"select":{"ids":"x"}}                       | 400 | select.ids
            {"select":{"ids":["nonsense"]}}              | 400 | nonsense
            {"select":{"selector":"n >"}}                | 400 | n >
            {"select":{"reason":"boredom"}}              | 400 | attempts-exhausted
            {"select":{"from":"yesterday"}}              | 400 | ISO-8601
            {"select":{"limit":0}}                       | 400 | select.limit
            {"target":"somewhere"}                       | 400 | origin
            {"target":{"address":"nowhere"}}             | 404 | nowhere
            {"target":{"adress":"x"}}                    | 400 | target.adress
            {"patch":{"header":1}}                       | 400 | header
            {"patch":{"applicationProperties":{"a":[]}}} | 400 | applicationProperties.a
            {"patch":{"body":{"base64":"%"}}}            | 400 | base64
            {"ratePerSecond":0}                          | 400 | ratePerSecond
            {"dryRun":"yes"}                             | 400 | dryRun
            {"maxReplays":-1}                            | 400 | maxReplays
            {"canary":1}                                 | 400 | canary
            """)
    void nonsenseIsRefusedWithWhatWasExpectedAndNothingMoves(String body, int status, String told) {
        kill(1);
        post(letters + "/replays", body)
                .statusCode(status)
                .contentType("application/problem+json")
                .body(containsString(told));
        awaitDead(1);
        when().get("/api/queues/" + queue + "/messages").then().body("items", empty());
    }

    @Test
    void unknownSourcesAndReplaysAreNotFound() {
        when().get("/api/dead-letters/nobody/messages").then().statusCode(404);
        post("/api/dead-letters/nobody/replays", "{\"select\":{}}").statusCode(404);
        when().get("/api/replays/" + UUID.randomUUID()).then().statusCode(404);
        when().get("/api/replays/7").then().statusCode(400);
        when().delete("/api/dead-letters/nobody/messages/4-17").then().statusCode(404);
    }
}
