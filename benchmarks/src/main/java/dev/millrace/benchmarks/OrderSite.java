package dev.millrace.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** order-service as a load client uses it. Thread-safe. */
final class OrderSite {
    /** What an overloaded service answers. */
    static final int TOO_MANY_REQUESTS = 429;

    private static final int PAGE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
    private static final Set<String> SETTLED = Set.of("CONFIRMED", "REJECTED", "CANCELLED");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI root;

    OrderSite(URI root) {
        this.root = root;
    }

    /** The server answered with something else than was asked for. */
    static final class UnexpectedAnswerException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int status;

        UnexpectedAnswerException(String request, int status) {
            super(request + " answered " + status);
            this.status = status;
        }

        /** The HTTP status. */
        int status() {
            return status;
        }
    }

    /** Where it is. */
    URI root() {
        return root;
    }

    /** Places an order for one unit; returns its id. */
    String place(String sku) throws IOException, InterruptedException {
        String body = """
                {"customer":{"name":"Load","email":"load@example.org"},"lines":[{"sku":"%s","quantity":1}]}""".formatted(sku);
        var response = http.send(
                request("/orders")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        require(201, "POST /orders", response);
        return JSON.readTree(response.body()).path("id").asText();
    }

    /** The order now. */
    JsonNode get(String id) throws IOException, InterruptedException {
        var response = http.send(request("/orders/" + id).build(), BodyHandlers.ofString());
        require(200, "GET /orders/{id}", response);
        return JSON.readTree(response.body());
    }

    /** Whether any order is not settled yet. */
    boolean isAnyPending() throws IOException, InterruptedException {
        return !list("?status=PENDING&limit=1").isEmpty();
    }

    /** Statuses by id of the newest orders, as many as it takes to find all of these or none of them any more. */
    Map<String, String> newest(Set<String> wanted) throws IOException, InterruptedException {
        var statuses = new HashMap<String, String>();
        String before = "";
        while (true) {
            JsonNode page = list("?limit=" + PAGE + before);
            int found = 0;
            for (JsonNode order : page) {
                String id = order.path("id").asText();
                statuses.put(id, order.path("status").asText());
                found += wanted.contains(id) ? 1 : 0;
            }
            if (page.size() < PAGE || found == 0) {
                return statuses;
            }
            before = "&before=" + page.get(page.size() - 1).path("id").asText();
        }
    }

    private JsonNode list(String query) throws IOException, InterruptedException {
        var response = http.send(request("/orders" + query).build(), BodyHandlers.ofString());
        require(200, "GET /orders", response);
        return JSON.readTree(response.body());
    }

    /** Listens to the order's server-sent events until it is settled; returns that status. */
    String awaitSettledByEvents(String id) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> response =
                http.send(request("/orders/" + id + "/events").build(), BodyHandlers.ofLines());
        // Closing the lines ends the connection: the server would go on with heartbeats for ever.
        try (Stream<String> lines = response.body()) {
            require(200, "GET /orders/{id}/events", response);
            for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("data:")) {
                    String status = statusIn(line.substring("data:".length()));
                    if (SETTLED.contains(status)) {
                        return status;
                    }
                }
            }
        }
        throw new IOException("the events of order " + id + " ended before it was settled");
    }

    /** Looks at the order every few milliseconds until it is settled; returns that status. */
    String awaitSettledByPolling(String id, Duration interval) throws IOException, InterruptedException {
        while (true) {
            String status = get(id).path("status").asText();
            if (SETTLED.contains(status)) {
                return status;
            }
            LockSupport.parkNanos(interval.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static String statusIn(String json) throws JsonProcessingException {
        return JSON.readTree(json).path("status").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(root + path)).timeout(REQUEST_LIMIT);
    }

    private static void require(int status, String request, HttpResponse<?> response) throws UnexpectedAnswerException {
        if (response.statusCode() != status) {
            throw new UnexpectedAnswerException(request, response.statusCode());
        }
    }
}
