package dev.millrace.relay;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.post;
import static io.restassured.RestAssured.when;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.junit.jupiter.api.Test;

/** The application as a whole over HTTP. The database notification has no migration yet. */
@QuarkusTest
@QuarkusTestResource(RelayStackResource.class)
class RelayApplicationTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String PROBLEM = "application/problem+json";

    OutboxFixture order;
    ScriptedBroker broker;

    private static void awaitState(String source, String state) {
        await().atMost(LIMIT).untilAsserted(() -> get("/relay")
                .then()
                .statusCode(200)
                .body("find { it.source == '" + source + "' }.state", equalTo(state)));
    }

    @Test
    void reportsEverySource() throws Exception {
        awaitState("order", "RUNNING");
        awaitState("inventory", "RUNNING");
        awaitState("notification", "WAITING_FOR_SLOT");
        String id = order.insert("reported", "a1", "1");
        await().atMost(LIMIT).until(() -> broker.accepted().stream().anyMatch(a -> a.id().equals(id)));
        await().atMost(LIMIT).untilAsserted(() -> get("/relay")
                .then()
                .body("source", contains("inventory", "notification", "order"))
                .body("[2]", aMapWithSize(9))
                .body("[2].published", greaterThanOrEqualTo(1))
                .body("[2].lagEvents", equalTo(0))
                .body("[2].lagBytes", greaterThanOrEqualTo(0))
                .body("[2].duplicatesSuppressed", equalTo(0))
                .body("[2].failed", greaterThanOrEqualTo(0))
                .body("[2].lastLsn", matchesPattern("[0-9A-F]+/[0-9A-F]+"))
                .body("[2]", hasKey("lastError"))
                .body("[1].lastLsn", equalTo(null)));
    }

    @Test
    void pausesAndResumesASource() throws Exception {
        awaitState("order", "RUNNING");
        for (int i = 0; i < 2; i++) {
            post("/relay/order/pause").then().statusCode(200).body("state", equalTo("PAUSED"));
        }
        String id = order.insert("paused", "a1", "waits");
        await().atMost(LIMIT).untilAsserted(() -> get("/relay").then().body("[2].lagEvents", equalTo(1)));
        for (int i = 0; i < 2; i++) {
            post("/relay/order/resume").then().statusCode(200);
        }
        await().atMost(LIMIT).until(() -> broker.accepted().stream().anyMatch(a -> a.id().equals(id)));
        awaitState("order", "RUNNING");
    }

    @Test
    void anUnknownSourceIsAProblem() {
        for (String action : List.of("pause", "resume")) {
            post("/relay/orders/" + action)
                    .then()
                    .statusCode(404)
                    .contentType(PROBLEM)
                    .body("type", equalTo("about:blank"))
                    .body("title", equalTo("Not Found"))
                    .body("status", equalTo(404))
                    .body("detail", equalTo("no source 'orders'; there are: inventory, notification, order"));
        }
    }

    @Test
    void listsAndReplaysDeadLetters() throws Exception {
        awaitState("order", "RUNNING");
        broker.outcome(arrival -> arrival.address().equals("refused")
                ? ScriptedBroker.rejected("amqp:precondition-failed")
                : Accepted.getInstance());
        String first = order.insert("refused", "a1", "1");
        String second = order.insert("refused", "a1", "2");
        await().atMost(LIMIT).untilAsserted(() -> get("/relay/order/dead-letters")
                .then()
                .statusCode(200)
                .body("items.id", contains(first, second))
                .body("items[0].condition", equalTo("amqp:precondition-failed"))
                .body("items[0].payload", equalTo("1"))
                .body("$", not(hasKey("next"))));
        get("/relay/order/dead-letters?limit=1")
                .then()
                .body("items.id", contains(first))
                .body("next", equalTo(first));
        get("/relay/order/dead-letters?limit=1&after=" + first).then().body("items.id", contains(second));

        broker.outcome(arrival -> Accepted.getInstance());
        post("/relay/order/dead-letters/" + first + "/replay").then().statusCode(202);
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(List.of("1"), broker.bodies("refused")));
        get("/relay/order/dead-letters").then().body("items.id", contains(second));
    }

    @Test
    void whatIsNoDeadLetterIsAProblem() {
        for (String id : List.of("8e03978e-40d5-43e8-bc93-6894a57f9324", "none")) {
            post("/relay/order/dead-letters/" + id + "/replay")
                    .then()
                    .statusCode(404)
                    .contentType(PROBLEM);
        }
        get("/relay/orders/dead-letters").then().statusCode(404).contentType(PROBLEM);
        get("/relay/order/dead-letters?limit=0").then().statusCode(400).contentType(PROBLEM);
        get("/relay/order/dead-letters?after=x").then().statusCode(400).contentType(PROBLEM);
        post("/relay/notification/pause").then().statusCode(503).contentType(PROBLEM);
    }

    @Test
    void otherErrorsAreProblemsToo() {
        when().delete("/relay").then().statusCode(405).contentType(PROBLEM).body("status", equalTo(405));
        given().accept("text/html").when().get("/relay").then().statusCode(406).contentType(PROBLEM);
        when().get("/nothing").then().statusCode(404).contentType(PROBLEM);
    }

    @Test
    void readinessSaysWhyItIsNotReady() {
        awaitState("order", "RUNNING");
        awaitState("notification", "WAITING_FOR_SLOT");
        get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.find { it.name == 'broker' }.status", equalTo("UP"))
                .body("checks.find { it.name == 'source-order' }.status", equalTo("UP"))
                .body("checks.find { it.name == 'source-order' }.data.state", equalTo("RUNNING"))
                .body("checks.find { it.name == 'source-notification' }.status", equalTo("DOWN"))
                .body(
                        "checks.find { it.name == 'source-notification' }.data.reason",
                        containsString("migration has not made slot notification_service_outbox"));
        get("/q/health/live").then().statusCode(200);
    }

    @Test
    void offersMetricsPerSource() throws Exception {
        awaitState("order", "RUNNING");
        String id = order.insert("measured", "a1", "1");
        await().atMost(LIMIT).until(() -> broker.accepted().stream().anyMatch(a -> a.id().equals(id)));
        await().atMost(LIMIT).untilAsserted(() -> get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("millrace_relay_published_total{source=\"order\"}"))
                .body(containsString("millrace_relay_failed_total{source=\"inventory\"} 0.0"))
                .body(containsString("millrace_relay_batch_rows_count{source=\"order\"}"))
                .body(containsString("millrace_relay_lag_events{source=\"order\"} 0.0"))
                .body(containsString("millrace_relay_reconciled_total{source=\"order\"} 0.0"))
                .body(containsString("millrace_relay_lag_bytes{source=\"order\"}"))
                .body(containsString("millrace_relay_behind_seconds{source=\"order\"}"))
                .body(containsString("millrace_relay_state{source=\"order\",state=\"RUNNING\"} 1.0")));
    }

    @Test
    void describesItself() {
        given().queryParam("format", "json")
                .when()
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths.'/relay'.get.summary", containsString("State, position, lag"))
                .body("paths.'/relay/{source}/pause'.post.responses", hasKey("404"))
                .body("components.schemas.SourceReport.properties.lastLsn.examples", contains("0/1A2B3C8"));
    }
}
