package dev.millrace.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The public HTTP interfaces of a system's parts on this machine, with JSON bodies. Thread-safe. */
public final class PartsHttp {
    /** For bodies. */
    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Ports ports;

    /** @param ports where they are */
    public PartsHttp(Ports ports) {
        this.ports = ports;
    }

    /**
     * An answer.
     *
     * @param request method and path, to be named in sentences
     * @param status of HTTP
     * @param body missing if it is no JSON
     * @param text the body as it came
     */
    public record Answer(String request, int status, JsonNode body, String text) {
        /** Whether the status says that it went well. */
        public boolean isOk() {
            return status / 100 == 2;
        }

        /** What a problem+json says, in one line. */
        public String problem() {
            String detail = body.path("detail").asText(body.path("title").asText("HTTP status " + status));
            var all = new StringBuilder(detail);
            for (JsonNode error : body.path("errors")) {
                all.append("; ").append(error.isTextual() ? error.asText() : withoutBraces(error));
            }
            return all.toString();
        }

        private static String withoutBraces(JsonNode error) {
            return String.join(": ", error.valueStream().map(JsonNode::asText).toList());
        }
    }

    /** Nobody is there, or nobody answered in time. */
    public static final class NoAnswerException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoAnswerException(URI uri, IOException cause) {
            super(
                    "Nothing answers on %s:%d (%s)"
                            .formatted(
                                    uri.getHost(),
                                    uri.getPort(),
                                    cause.getMessage() == null
                                            ? cause.getClass().getSimpleName()
                                            : cause.getMessage()),
                    cause);
        }
    }

    /**
     * {@code GET}.
     *
     * @throws NoAnswerException if there is no answer
     */
    public Answer get(Port port, String path) throws InterruptedException {
        return send("GET", port, path, null);
    }

    /**
     * Any method.
     *
     * @param body null: none
     * @param headers names and values in turns
     * @throws NoAnswerException if there is no answer
     */
    public Answer send(String method, Port port, String path, JsonNode body, String... headers)
            throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + ports.number(port) + path);
        var request = HttpRequest.newBuilder(uri).timeout(REQUEST_LIMIT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.method(method, BodyPublishers.ofString(body.toString())).header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(method + " " + path, response.statusCode(), parsed(response.body()), response.body());
        } catch (IOException e) {
            throw new NoAnswerException(uri, e);
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
