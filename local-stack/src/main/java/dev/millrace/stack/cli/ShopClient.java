package dev.millrace.stack.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.PartsHttp.Answer;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The running system as a checkout needs it. Thread-safe. */
final class ShopClient {
    private final PartsHttp http;

    ShopClient(Ports ports) {
        this.http = new PartsHttp(ports);
    }

    Answer placeOrder(JsonNode order, String idempotencyKey) throws InterruptedException {
        return send("POST", Port.ORDER_HTTP, "/orders", order, "Idempotency-Key", idempotencyKey);
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
        return send("GET", port, path, null);
    }

    private Answer send(String method, Port port, String path, JsonNode body, String... headers)
            throws InterruptedException {
        try {
            return http.send(method, port, path, body, headers);
        } catch (PartsHttp.NoAnswerException e) {
            throw new CheckoutFailure(e.getMessage() + ": start the system with ./millrace up and try again.");
        }
    }
}
