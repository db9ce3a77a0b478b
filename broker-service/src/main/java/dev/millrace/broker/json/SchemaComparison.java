package dev.millrace.broker.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether one schema can follow another. Messages of before are still in the topic when a consumer comes that knows the
 * new one, and consumers that know the old one stay for a while: so both have to be understood by both. A new schema may
 * add optional properties, leave out optional ones where others are tolerated, and say the same in other words for
 * people; every other difference is told. That is stricter than necessary, and easy to foresee.
 */
final class SchemaComparison {

    /** What they say is for people. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "format");

    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";
    private static final String DEFINITIONS = "$defs";
    private static final Set<String> SUBSCHEMAS = Set.of("items", "additionalProperties", "not");

    private final List<String> differences = new ArrayList<>();

    private SchemaComparison() {}

    /** All that speaks against it, for people; empty if nothing does. */
    static List<String> differences(JsonNode older, JsonNode newer) {
        SchemaComparison comparison = new SchemaComparison();
        comparison.compare(older, newer, "$");
        return comparison.differences;
    }

    private void compare(JsonNode older, JsonNode newer, String at) {
        if (!older.isObject() || !newer.isObject()) {
            compareValues(older, newer, at);
            return;
        }
        for (String keyword : names(older, newer)) {
            JsonNode before = older.path(keyword);
            JsonNode after = newer.path(keyword);
            String place = at + "." + keyword;
            if (keyword.equals(PROPERTIES)) {
                compareProperties(older, newer, at);
            } else if (keyword.equals(DEFINITIONS)) {
                compareCommon(before, after, place);
            } else if (keyword.equals(REQUIRED)) {
                compareRequired(names(before), names(after), at);
            } else if (SUBSCHEMAS.contains(keyword)) {
                compare(before, after, place);
            } else if (!ANNOTATIONS.contains(keyword)) {
                compareValues(before, after, place);
            }
        }
    }

    private void compareValues(JsonNode before, JsonNode after, String at) {
        if (!before.equals(after)) {
            differences.add(at + " was " + shown(before) + " and would be " + shown(after));
        }
    }

    private void compareProperties(JsonNode older, JsonNode newer, String at) {
        JsonNode before = older.path(PROPERTIES);
        JsonNode after = newer.path(PROPERTIES);
        compareCommon(before, after, at);
        boolean tolerant = !newer.path("additionalProperties").equals(BooleanNode.FALSE);
        before.fieldNames().forEachRemaining(name -> {
            if (!after.has(name) && !tolerant) {
                differences.add(at + "." + name + " would be gone, and others than those named are not tolerated");
            }
        });
    }

    private void compareCommon(JsonNode before, JsonNode after, String at) {
        before.fieldNames().forEachRemaining(name -> {
            if (after.has(name)) {
                compare(before.get(name), after.get(name), at + "." + name);
            }
        });
    }

    private void compareRequired(Set<String> before, Set<String> after, String at) {
        after.stream()
                .filter(name -> !before.contains(name))
                .forEach(name -> differences.add(at + "." + name + " would be required, which it was not"));
        before.stream()
                .filter(name -> !after.contains(name))
                .forEach(name -> differences.add(at + "." + name + " was required, which it would not be"));
    }

    private static Set<String> names(JsonNode older, JsonNode newer) {
        Set<String> names = new TreeSet<>();
        older.fieldNames().forEachRemaining(names::add);
        newer.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Set<String> names(JsonNode array) {
        Set<String> names = new TreeSet<>();
        array.forEach(name -> names.add(name.asText()));
        return names;
    }

    private static String shown(JsonNode node) {
        return node instanceof MissingNode ? "not said" : node.toString();
    }
}
