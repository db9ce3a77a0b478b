package dev.millrace.e2e.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** HTTP with JSON bodies against one server. Thread-safe. */
public final class HttpJson {
    /** For bodies. */
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final int ATTEMPTS = 10;
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final URI root;

    /** @param root without a slash at the end */
    public HttpJson(URI root) {
        this.root = root;
    }

    /** The absolute address of a path. */
    public URI uri(String path) {
        return URI.create(root + path);
    }

    /**
     * {@code GET}. A server that is unavailable for now and says when to come again ({@code 503} with
     * {@code Retry-After}) is asked again, up to {@value #ATTEMPTS} times.
     */
    public Answer get(String path) {
        for (int attempt = 1; ; attempt++) {
            Answer answer = getOnce(path);
            var wait = answer.status() == 503 ? answer.header("Retry-After") : Optional.<String>empty();
            if (wait.isEmpty() || attempt == ATTEMPTS) {
                return answer;
            }
            LockSupport.parkNanos(Duration.ofSeconds(Long.parseLong(wait.get())).toNanos());
        }
    }

    /** {@code GET}, answered with whatever comes. */
    public Answer getOnce(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of());
    }

    /** {@code GET} with headers. */
    public Answer get(String path, Map<String, String> headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    /** {@code POST} without a body. */
    public Answer post(String path) {
        return send("POST", path, BodyPublishers.noBody(), Map.of());
    }

    /** Any method with a JSON body. */
    public Answer send(String method, String path, JsonNode body) {
        return send(method, path, body.toString(), "application/json", Map.of());
    }

    /** Any method with any body. */
    public Answer send(String method, String path, String body, String contentType, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", contentType);
        return send(method, path, BodyPublishers.ofString(body), all);
    }

    private Answer send(String method, String path, BodyPublisher body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(uri(path)).timeout(REQUEST_LIMIT).method(method, body);
        headers.forEach(request::header);
        try {
            var response = HTTP.send(request.build(), BodyHandlers.ofString());
            String text = response.body();
            return new Answer(method + " " + uri(path), response.statusCode(), response.headers(), parsed(text), text);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + uri(path) + " was not answered: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " " + uri(path) + " was interrupted", e);
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }
}
