package dev.millrace.e2e.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a server answered.
 *
 * @param request method and path, to be named in failures
 * @param body parsed; missing if it is no JSON
 * @param text the body as it came
 */
public record Answer(String request, int status, HttpHeaders headers, JsonNode body, String text) {

    /** First header of this name. */
    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** The body's elements, if it is an array. */
    public List<JsonNode> items() {
        return StreamSupport.stream(body.spliterator(), false).toList();
    }

    /**
     * This answer, if it has the status.
     *
     * @throws AssertionError otherwise, with request, status and body
     */
    public Answer expect(int expected) {
        if (status != expected) {
            throw new AssertionError("%s: expected status %d, got %s".formatted(request, expected, this));
        }
        return this;
    }

    @Override
    public String toString() {
        return "%d %s".formatted(status, text);
    }
}
