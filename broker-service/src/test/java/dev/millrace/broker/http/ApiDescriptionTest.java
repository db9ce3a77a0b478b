package dev.millrace.broker.http;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The API describes itself: every call, and an example of every body that a caller has to write. */
@QuarkusTest
class ApiDescriptionTest {

    /** What the public interface promises. */
    private static final Set<String> CALLS = Set.of(
            "get /api/destinations",
            "put /api/queues/{queue}",
            "get /api/queues/{queue}",
            "delete /api/queues/{queue}",
            "post /api/queues/{queue}/pause",
            "post /api/queues/{queue}/resume",
            "post /api/queues/{queue}/messages",
            "get /api/queues/{queue}/messages",
            "put /api/topics/{topic}",
            "get /api/topics/{topic}",
            "delete /api/topics/{topic}",
            "post /api/topics/{topic}/messages",
            "get /api/topics/{topic}/messages",
            "put /api/topics/{topic}/subscriptions/{subscription}",
            "get /api/topics/{topic}/subscriptions/{subscription}",
            "delete /api/topics/{topic}/subscriptions/{subscription}",
            "post /api/topics/{topic}/subscriptions/{subscription}/seek",
            "post /api/topics/{topic}/subscriptions/{subscription}/pause",
            "post /api/topics/{topic}/subscriptions/{subscription}/resume",
            "get /api/dead-letters",
            "get /api/dead-letters/{source}/messages",
            "delete /api/dead-letters/{source}/messages/{id}",
            "post /api/dead-letters/{source}/replays",
            "get /api/replays",
            "get /api/replays/{id}",
            "post /api/replays/{id}/pause",
            "post /api/replays/{id}/resume",
            "post /api/replays/{id}/cancel",
            "get /api/messages/{messageId}/history");

    @Test
    void everyCallHasASummaryAndEveryBodyAnExample() {
        Map<String, Map<String, Map<String, ?>>> paths = given().accept("application/json")
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .extract()
                .path("paths");
        Set<String> described = new TreeSet<>();
        List<String> lacking = new ArrayList<>();
        paths.forEach((path, calls) -> calls.forEach((method, call) -> {
            described.add(method + " " + path);
            if (!(call.get("summary") instanceof String summary) || summary.isBlank()) {
                lacking.add(method + " " + path + " has no summary");
            }
            if (takesJson(call) && !hasExample(call)) {
                lacking.add(method + " " + path + " has no example of its body");
            }
        }));
        assertTrue(described.containsAll(CALLS), () -> {
            Set<String> missing = new TreeSet<>(CALLS);
            missing.removeAll(described);
            return "not described: " + missing;
        });
        assertEquals(List.of(), lacking);
    }

    private static Map<?, ?> json(Map<String, ?> call) {
        return call.get("requestBody") instanceof Map<?, ?> body
                        && body.get("content") instanceof Map<?, ?> content
                        && content.get("application/json") instanceof Map<?, ?> json
                ? json
                : Map.of();
    }

    private static boolean takesJson(Map<String, ?> call) {
        return !json(call).isEmpty();
    }

    private static boolean hasExample(Map<String, ?> call) {
        return json(call).get("examples") instanceof Map<?, ?> examples && !examples.isEmpty();
    }
}
