package dev.millrace.e2e.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** notification-service. Thread-safe. */
public final class NotificationClient {
    private final HttpJson http;

    /** @param http its root */
    public NotificationClient(HttpJson http) {
        this.http = http;
    }

    /** {@code GET /notifications?orderId=}. */
    public List<JsonNode> of(String orderId) {
        return http.get("/notifications?orderId=" + orderId).expect(200).items();
    }

    /** The kinds of an order's notifications, sorted. */
    public List<String> kinds(String orderId) {
        return kinds(of(orderId));
    }

    /** Waits until an order has notifications of exactly these kinds, given in alphabetical order, all of them SENT. */
    public List<JsonNode> awaitSent(String orderId, String... kinds) {
        var last = new AtomicReference<List<JsonNode>>(List.of());
        await("order " + orderId + " has notifications " + List.of(kinds) + ", all SENT")
                .until(() -> {
                    last.set(of(orderId));
                    return kinds(last.get()).equals(List.of(kinds)) && areSent(last.get());
                });
        return last.get();
    }

    private static List<String> kinds(List<JsonNode> notifications) {
        return notifications.stream()
                .map(notification -> notification.path("kind").asText())
                .sorted()
                .toList();
    }

    private static boolean areSent(List<JsonNode> notifications) {
        return notifications.stream()
                .allMatch(notification -> notification.path("status").asText().equals("SENT"));
    }
}
