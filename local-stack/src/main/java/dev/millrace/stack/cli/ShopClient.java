package dev.millrace.stack.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The running system over its public HTTP interfaces, as a checkout needs it. Thread-safe. */
final class ShopClient {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Ports ports;

    ShopClient(Ports ports) {
        this.ports = ports;
    }

    /** An answer: HTTP status, and the body, which is missing if it is no JSON. */
    record Answer(int status, JsonNode body) {
        boolean isOk() {
            return status / 100 == 2;
        }

        /** What a problem+json says, in one line. */
        String problem() {
            String detail = body.path("detail").asText(body.path("title").asText("HTTP status " + status));
            var text = new StringBuilder(detail);
            for (JsonNode error : body.path("errors")) {
                text.append("; ").append(error.isTextual() ? error.asText() : withoutBraces(error));
            }
            return text.toString();
        }

        private static String withoutBraces(JsonNode error) {
            return String.join(": ", error.valueStream().map(JsonNode::asText).toList());
        }
    }

    Answer placeOrder(JsonNode order, String idempotencyKey) throws InterruptedException {
        return send(HttpRequest.newBuilder(url(Port.ORDER_HTTP, "/orders"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofString(order.toString())));
    }

    Answer order(String id) throws InterruptedException {
        return get(Port.ORDER_HTTP, "/orders/" + id);
    }

    Answer reservation(String orderId) throws InterruptedException {
        return get(Port.INVENTORY_HTTP, "/reservations/" + orderId);
    }

    Answer notifications(String orderId) throws InterruptedException {
        return get(Port.NOTIFICATION_HTTP, "/notifications?orderId=" + orderId);
    }

    /** The newest mails to this address. */
    Answer mailsTo(String address) throws InterruptedException {
        String query = URLEncoder.encode("to:\"" + address + "\"", StandardCharsets.UTF_8);
        return get(Port.MAILBOX_HTTP, "/api/v1/search?query=" + query);
    }

    private Answer get(Port port, String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(url(port, path)).GET());
    }

    private URI url(Port port, String path) {
        return URI.create("http://127.0.0.1:" + ports.number(port) + path);
    }

    private Answer send(HttpRequest.Builder builder) throws InterruptedException {
        HttpRequest request = builder.timeout(REQUEST_LIMIT).build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parsed(response.body()));
        } catch (IOException e) {
            throw new CheckoutFailure(
                    "Nothing answers on %s:%d (%s): start the system with ./millrace up and try again."
                            .formatted(
                                    request.uri().getHost(),
                                    request.uri().getPort(),
                                    e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
        }
    }

    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
