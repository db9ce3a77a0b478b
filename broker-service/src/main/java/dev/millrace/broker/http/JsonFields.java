package dev.millrace.broker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the fields of a JSON object, and gathers all that is wrong with them, so that a caller learns of everything at
 * once. A field that is absent or null is what the caller of the method says.
 */
final class JsonFields {

    /** Longer durations are taken for mistakes: a hundred years. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode object;
    private final String path;
    private final List<Problem.FieldError> errors;
    private final Set<String> asked = new TreeSet<>();

    private JsonFields(JsonNode object, String path, List<Problem.FieldError> errors) {
        this.object = object;
        this.path = path;
        this.errors = errors;
    }

    /**
     * @param body null for none, which is like one without fields
     * @throws InvalidBodyException if it is not an object
     */
    static JsonFields of(JsonNode body) {
        return of(body, "", new ArrayList<>());
    }

    /**
     * @throws InvalidBodyException if the text is no JSON object
     */
    static JsonFields parse(String body) {
        try {
            return of(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            throw new InvalidBodyException(
                    List.of(new Problem.FieldError("body", "must be JSON: " + e.getOriginalMessage())));
        }
    }

    /**
     * An object that is part of the body; what is wrong with it is added to the errors.
     *
     * @param path of its fields in the body, up to the dot: empty for the body itself, {@code [3].} in an array
     */
    static JsonFields of(JsonNode body, String path, List<Problem.FieldError> errors) {
        if (body != null && !body.isObject() && !body.isNull()) {
            String field = path.isEmpty() ? "body" : path.substring(0, path.length() - 1);
            errors.add(new Problem.FieldError(field, "must be a JSON object, not " + shown(body)));
        }
        return new JsonFields(body, path, errors);
    }

    /**
     * To be called when every field was read.
     *
     * @throws InvalidBodyException if something is wrong
     */
    void finish() {
        checkUnknown();
        if (!errors.isEmpty()) {
            throw new InvalidBodyException(errors);
        }
    }

    /** Notes the fields that nobody asked for. */
    void checkUnknown() {
        if (object != null && object.isObject()) {
            object.fieldNames().forEachRemaining(name -> {
                if (!asked.contains(name)) {
                    wrong(name, "is not known here; expected one of " + String.join(", ", asked));
                }
            });
        }
    }

    /** Of all fields that are there. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (object != null && object.isObject()) {
            object.fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    /** Whether it is there, be it null. */
    boolean has(String name) {
        return object != null && object.has(name);
    }

    /** Null if it is absent. */
    JsonNode node(String name) {
        asked.add(name);
        JsonNode node = object == null || !object.isObject() ? null : object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    JsonFields object(String name) {
        JsonNode node = node(name);
        if (node != null && !node.isObject()) {
            wrong(name, "must be a JSON object, not " + shown(node));
            node = null;
        }
        return new JsonFields(node, path + name + ".", errors);
    }

    String text(String name) {
        JsonNode node = node(name);
        if (node == null || node.isTextual()) {
            return node == null ? null : node.textValue();
        }
        wrong(name, "must be a string, not " + shown(node));
        return null;
    }

    long wholeNumber(String name, long least, long most, long otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            long value = node.longValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        wrong(
                name,
                "must be a whole number "
                        + (most == Long.MAX_VALUE ? "of at least " + least : "between " + least + " and " + most)
                        + ", not " + shown(node));
        return otherwise;
    }

    double number(String name, double least, double most, double otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (node.isNumber() && node.doubleValue() >= least && node.doubleValue() <= most) {
            return node.doubleValue();
        }
        wrong(name, "must be a number between " + least + " and " + most + ", not " + shown(node));
        return otherwise;
    }

    boolean bool(String name, boolean otherwise) {
        JsonNode node = node(name);
        if (node == null || node.isBoolean()) {
            return node == null ? otherwise : node.booleanValue();
        }
        wrong(name, "must be true or false, not " + shown(node));
        return otherwise;
    }

    /** In milliseconds. */
    long duration(String name, long leastMillis, long otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        try {
            Duration duration = node.isTextual() ? Duration.parse(node.textValue()) : null;
            if (duration != null
                    && duration.compareTo(LONGEST) <= 0
                    && duration.toMillis() >= leastMillis
                    && !duration.isNegative()) {
                return duration.toMillis();
            }
        } catch (DateTimeException e) {
            // Told below.
        }
        wrong(
                name,
                "must be an ISO-8601 duration such as \"PT30S\", from " + Duration.ofMillis(leastMillis)
                        + " to P36500D, not " + shown(node));
        return otherwise;
    }

    /** In epoch milliseconds. */
    long instant(String name, long otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        try {
            if (node.isTextual()) {
                return Instant.parse(node.textValue()).toEpochMilli();
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Told below.
        }
        wrong(name, "must be an ISO-8601 instant such as \"2026-01-31T09:30:00Z\", not " + shown(node));
        return otherwise;
    }

    /** Notes that a field is wrong. */
    void wrong(String name, String expected) {
        errors.add(new Problem.FieldError(path + name, expected));
    }

    /** What came, for people: not more than a line of it. */
    static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
