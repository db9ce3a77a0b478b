package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What Prometheus reads of a running broker, and whether it is ready. */
@QuarkusTest
class MetricsApiTest {

    private static final Pattern SAMPLE = Pattern.compile("(broker_[a-z_]+)\\{(.*)} (\\S+)");

    private final String queue = "metrics-" + UUID.randomUUID();
    private final String topic = "topic-" + queue;

    private static void put(String path, String body) {
        given().contentType("application/json").body(body).put(path).then().statusCode(201);
    }

    private static void publish(String path, String body) {
        given().contentType("application/json")
                .body(body)
                .post(path + "/messages")
                .then()
                .statusCode(201);
    }

    /** The figures whose labels contain a text, by name. */
    private static Map<String, Double> figures(String label) {
        Map<String, Double> figures = new TreeMap<>();
        when().get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .map(SAMPLE::matcher)
                .filter(line -> line.matches() && line.group(2).contains(label))
                .forEach(line -> figures.put(line.group(1), Double.valueOf(line.group(3))));
        return figures;
    }

    @Test
    void everyDestinationAndBindingHasItsFigures() {
        put("/api/queues/" + queue, "{}");
        put("/api/topics/" + topic, "{}");
        put("/api/topics/" + topic + "/bindings/" + queue, "{\"subject\":\"order.*\"}");
        publish(
                "/api/topics/" + topic,
                "[{\"body\":1,\"subject\":\"order.placed\"},{\"body\":2,\"subject\":\"order.placed\",\"delay\":\"PT1H\"},"
                        + "{\"body\":3}]");
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            Map<String, Double> figures = figures("destination=\"" + queue + "\"");
            figures.keySet().remove("broker_destination_died_total");
            Double age = figures.remove("broker_destination_oldest_age_seconds");
            assertTrue(age != null && age > 0, () -> "age " + age);
            assertEquals(
                    new TreeMap<>(Map.ofEntries(
                            Map.entry("broker_destination_depth", 2.0),
                            Map.entry("broker_destination_in_flight", 0.0),
                            Map.entry("broker_destination_scheduled", 1.0),
                            Map.entry("broker_destination_dead_letters", 0.0),
                            Map.entry("broker_destination_oldest_dead_letter_seconds", 0.0),
                            Map.entry("broker_destination_lag", 2.0),
                            Map.entry("broker_destination_consumers", 0.0),
                            Map.entry("broker_destination_credit", 0.0),
                            Map.entry("broker_destination_paused", 0.0),
                            Map.entry("broker_destination_workers_needed", 1.0),
                            Map.entry("broker_destination_arrived_total", 2.0),
                            Map.entry("broker_destination_settled_total", 0.0),
                            Map.entry("broker_destination_failed_total", 0.0),
                            Map.entry("broker_destination_dropped_total", 0.0),
                            Map.entry("broker_destination_duplicates_total", 0.0),
                            Map.entry("broker_destination_ids_forgotten_total", 0.0))),
                    figures);
            assertEquals(
                    Map.of("broker_binding_routed_total", 2.0),
                    figures("queue=\"" + queue + "\",topic=\"" + topic + "\""));
        });
    }

    @Test
    void readinessTellsWhatTheBrokerServes() {
        when().get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.name", hasItem("broker"))
                .body("checks.find { it.name == 'broker' }.data.amqpPort", greaterThan(0))
                .body("checks.find { it.name == 'broker' }.data.disk", equalTo("enough space"));
    }
}
