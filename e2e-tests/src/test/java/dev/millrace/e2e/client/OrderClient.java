package dev.millrace.e2e.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** order-service. Thread-safe. */
public final class OrderClient {
    private final HttpJson http;

    /** @param http its root */
    public OrderClient(HttpJson http) {
        this.http = http;
    }

    /** {@code POST /orders} with this key. */
    public Answer place(String idempotencyKey, OrderRequest request) {
        return place(idempotencyKey, request.json());
    }

    /** {@code POST /orders} with this key and any body. */
    public Answer place(String idempotencyKey, JsonNode body) {
        return http.send(
                "POST", "/orders", body.toString(), "application/json", Map.of("Idempotency-Key", idempotencyKey));
    }

    /** Places an order that must be accepted; returns it. */
    public JsonNode placed(OrderRequest request) {
        return place(UUID.randomUUID().toString(), request).expect(201).body();
    }

    /** Places an order that must be accepted; returns its id. */
    public String placedId(OrderRequest request) {
        return placed(request).path("id").asText();
    }

    /** {@code GET /orders/{id}}. */
    public Answer get(String id) {
        return http.get("/orders/" + id);
    }

    /** The status of an order that exists. */
    public String status(String id) {
        return get(id).expect(200).body().path("status").asText();
    }

    /** {@code POST /orders/{id}/cancellation}. */
    public Answer cancel(String id) {
        return http.post("/orders/" + id + "/cancellation");
    }

    /** {@code GET /orders} with a query such as {@code ?limit=3}, or none. */
    public Answer list(String query) {
        return http.get("/orders" + query);
    }

    /** {@code GET /orders/{id}/events}; the caller closes it. */
    public StatusStream events(String id) {
        return StatusStream.open(http.uri("/orders/" + id + "/events"));
    }

    /** Waits until an order has one of these statuses; returns it. */
    public JsonNode awaitStatus(String id, String... statuses) {
        var wanted = Set.of(statuses);
        var last = new JsonNode[1];
        await("order " + id + " becomes " + wanted).until(() -> {
            last[0] = get(id).expect(200).body();
            return wanted.contains(last[0].path("status").asText());
        });
        return last[0];
    }

    /** Waits until an order is settled; returns it. */
    public JsonNode awaitSettled(String id) {
        return awaitStatus(id, "CONFIRMED", "REJECTED", "CANCELLED");
    }
}
