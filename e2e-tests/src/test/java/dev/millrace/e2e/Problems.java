package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.Answer;
import java.net.URI;

/** What every HTTP error must look like (RFC 9457). */
final class Problems {
    private Problems() {}

    static void assertProblem(int status, Answer answer) {
        JsonNode problem = answer.expect(status).body();
        String context = answer.request() + " answered " + answer;
        assertAll(
                () -> assertTrue(
                        answer.header("Content-Type").orElse("").startsWith("application/problem+json"),
                        () -> context + ": content type is " + answer.header("Content-Type")),
                () -> assertFalse(
                        URI.create(problem.path("type").asText()).toString().isBlank(), () -> context + ": no type"),
                () -> assertFalse(problem.path("title").asText().isBlank(), () -> context + ": no title"),
                () -> assertEquals(status, problem.path("status").asInt(), () -> context + ": status"),
                () -> assertFalse(problem.path("detail").asText().isBlank(), () -> context + ": no detail"));
    }

    /** @param field what one of the field errors must be about; empty: any field */
    static void assertFieldProblem(int status, String field, Answer answer) {
        assertProblem(status, answer);
        JsonNode errors = answer.body().path("errors");
        assertTrue(errors.isArray() && !errors.isEmpty(), () -> "no errors[] in " + answer);
        errors.forEach(error ->
                assertFalse(error.path("field").asText().isBlank(), () -> "an error without a field: " + answer));
        assertTrue(
                errors.valueStream()
                        .anyMatch(error -> error.path("field").asText().contains(field)),
                () -> "no error about " + field + " in " + answer);
    }
}
