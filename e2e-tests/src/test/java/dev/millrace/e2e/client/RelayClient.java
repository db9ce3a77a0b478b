package dev.millrace.e2e.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

/** outbox-relay. Thread-safe. */
public final class RelayClient {
    /** The source that order-service's events come from. */
    public static final String ORDER_SOURCE = "order";

    private final HttpJson http;

    /** @param http its root */
    public RelayClient(HttpJson http) {
        this.http = http;
    }

    /** Holds a source back until it is closed. */
    public interface Pause extends AutoCloseable {
        @Override
        void close();
    }

    /** {@code GET /relay}. */
    public Answer sources() {
        return http.get("/relay");
    }

    /** One of them. */
    public JsonNode source(String name) {
        return sources().expect(200).items().stream()
                .filter(source -> source.path("source").asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no source " + name + " in " + sources()));
    }

    /** {@code POST /relay/{source}/pause}. */
    public Answer pause(String source) {
        return http.post("/relay/" + source + "/pause");
    }

    /** {@code POST /relay/{source}/resume}. */
    public Answer resume(String source) {
        return http.post("/relay/" + source + "/resume");
    }

    /** Pauses a source, waits until it says so, and resumes it when closed. */
    public Pause paused(String source) {
        pause(source).expect(200);
        await(source + " is paused")
                .until(() -> source(source).path("state").asText().equals("PAUSED"));
        return () -> resume(source).expect(200);
    }
}
