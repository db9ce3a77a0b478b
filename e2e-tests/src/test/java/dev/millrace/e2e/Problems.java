package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What every HTTP error must look like (RFC 9457). */
final class Problems {
    private Problems() {}

    static void assertProblem(int status, Answer answer) {
        JsonNode problem = answer.expect(status).body();
        var wrong = new ArrayList<String>();
        String contentType = answer.header("Content-Type").orElse("");
        if (!contentType.startsWith("application/problem+json")) {
            wrong.add("content type is \"" + contentType + "\"");
        }
        if (problem.path("type").asText().isBlank()
                || !isUri(problem.path("type").asText())) {
            wrong.add("no type");
        }
        if (problem.path("title").asText().isBlank()) {
            wrong.add("no title");
        }
        if (problem.path("status").asInt() != status) {
            wrong.add("status is " + problem.path("status"));
        }
        if (problem.path("detail").asText().isBlank()) {
            wrong.add("no detail");
        }
        assertEquals(List.of(), wrong, () -> answer.request() + " answered " + answer);
    }

    /** @param field what one of the field errors must be about */
    static void assertFieldProblem(int status, String field, Answer answer) {
        assertProblem(status, answer);
        List<String> fields = answer.body()
                .path("errors")
                .valueStream()
                .map(error -> error.path("field").asText())
                .toList();
        assertTrue(fields.stream().noneMatch(String::isBlank), () -> "an error without a field in " + answer);
        assertTrue(
                fields.stream().anyMatch(named -> named.contains(field)),
                () -> "no error about " + field + " in " + answer);
    }

    private static boolean isUri(String text) {
        try {
            URI.create(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
