package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator sees of each part. */
@EndToEndTest
class OperationsTest {
    /** Methods and paths of the public interface. */
    private static final Map<Part, List<String>> OPERATIONS = Map.of(
            Part.ORDER,
                    List.of(
                            "POST /orders",
                            "GET /orders",
                            "GET /orders/{id}",
                            "POST /orders/{id}/cancellation",
                            "GET /orders/{id}/events"),
            Part.INVENTORY,
                    List.of(
                            "GET /products",
                            "GET /products/{sku}",
                            "PUT /products/{sku}",
                            "POST /products/{sku}/stock",
                            "GET /reservations/{orderId}"),
            Part.NOTIFICATION, List.of("GET /notifications"),
            Part.RELAY, List.of("GET /relay", "POST /relay/{source}/pause", "POST /relay/{source}/resume"),
            // Its own ApiDescriptionTest has the list, and asks for examples, too.
            Part.BROKER, List.of());

    private final Millrace system;

    OperationsTest(Millrace system) {
        this.system = system;
    }

    static Stream<Part> applications() {
        return Millrace.applications().stream();
    }

    @ParameterizedTest
    @MethodSource("applications")
    void isReadyAndAlive(Part part) {
        for (String path : List.of("/q/health/ready", "/q/health/live")) {
            JsonNode health = system.http(part).get(path).expect(200).body();
            assertEquals("UP", health.path("status").asText(), part.id() + path);
        }
    }

    @ParameterizedTest
    @MethodSource("applications")
    void hasMetricsForPrometheus(Part part) {
        var metrics = system.http(part).get("/q/metrics").expect(200);
        assertTrue(metrics.text().contains("# TYPE "), part.id() + ": " + metrics.text());
        assertTrue(metrics.text().contains("jvm_memory_used_bytes"), part.id() + " has no JVM metrics");
    }

    @ParameterizedTest
    @MethodSource("applications")
    void describesItsInterface(Part part) {
        JsonNode description =
                system.http(part).get("/q/openapi?format=json").expect(200).body();
        assertTrue(description.path("openapi").asText().startsWith("3."), part.id() + ": " + description);
        assertFalse(description.path("info").path("title").asText().isBlank(), part.id() + " has no title");
        assertAll(OPERATIONS.get(part).stream().map(operation -> () -> {
            String[] parts = operation.split(" ");
            JsonNode described = description.path("paths").path(parts[1]).path(parts[0].toLowerCase(Locale.ROOT));
            assertFalse(described.isMissingNode(), part.id() + " does not describe " + operation);
            assertFalse(described.path("summary").asText().isBlank(), part.id() + " has no summary of " + operation);
        }));
    }

    @Test
    void theRelayTellsHowItsSourcesStand() {
        List<JsonNode> sources = system.relay().sources().expect(200).items();
        assertEquals(3, sources.size(), () -> "sources: " + sources);
        for (JsonNode source : sources) {
            var fields = new TreeSet<String>();
            source.fieldNames().forEachRemaining(fields::add);
            assertTrue(
                    fields.containsAll(Set.of(
                            "source",
                            "state",
                            "lastLsn",
                            "lagBytes",
                            "lagEvents",
                            "published",
                            "duplicatesSuppressed",
                            "failed",
                            "lastError")),
                    () -> "fields of " + source);
            assertEquals(0, source.path("failed").asLong(), () -> "rows that cannot be sent: " + source);
        }
    }

    @Test
    void aPausedSourceIsHeldBackAndGoesOnWhenResumed() {
        try (var paused = system.relay().paused(RelayClient.ORDER_SOURCE)) {
            assertEquals(
                    "PAUSED",
                    system.relay()
                            .source(RelayClient.ORDER_SOURCE)
                            .path("state")
                            .asText());
        }
        String state =
                system.relay().source(RelayClient.ORDER_SOURCE).path("state").asText();
        assertFalse(state.equals("PAUSED"), "still paused");
    }
}
