package dev.millrace.inventory.messaging;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Holds a consumer's record against the schema of the producer: every component must be a property that the producer
 * promises ({@code required}), of a type that fits. Components may be left out of the promise only by name.
 */
final class RecordFitsSchema {

    private final JsonNode root;
    private final Set<String> optional;

    private RecordFitsSchema(JsonNode root, Set<String> optional) {
        this.root = root;
        this.optional = optional;
    }

    static void check(Class<? extends Record> type, Path schema, String... optional) throws IOException {
        var root = new ObjectMapper().readTree(schema.toFile());
        new RecordFitsSchema(root, Set.of(optional)).fits(type, root, type.getSimpleName());
    }

    private void fits(Type type, JsonNode schemaOrRef, String where) {
        var schema = resolved(schemaOrRef);
        if (type instanceof ParameterizedType list) {
            assertType(schema, "array", where);
            fits(list.getActualTypeArguments()[0], schema.path("items"), where + "[]");
        } else if (type instanceof Class<?> record && record.isRecord()) {
            assertType(schema, "object", where);
            for (RecordComponent component : record.getRecordComponents()) {
                promised(component, schema, where + "." + component.getName());
            }
        } else {
            boolean number = type == long.class || type == int.class;
            assertType(schema, number ? "integer" : "string", where);
        }
    }

    private void promised(RecordComponent component, JsonNode schema, String where) {
        var property = schema.path("properties").path(component.getName());
        assertTrue(!property.isMissingNode(), where + " is not in the producer's schema");
        boolean required = StreamSupport.stream(schema.path("required").spliterator(), false)
                .anyMatch(name -> name.asText().equals(component.getName()));
        assertTrue(required || optional.contains(component.getName()), where + " may be missing in the event");
        fits(component.getGenericType(), property, where);
    }

    private JsonNode resolved(JsonNode schema) {
        String ref = schema.path("$ref").asText("");
        return ref.startsWith("#/") ? root.at(ref.substring(1)) : schema;
    }

    private static void assertType(JsonNode schema, String expected, String where) {
        boolean anEnumOfStrings =
                expected.equals("string") && schema.path("enum").isArray();
        assertTrue(
                anEnumOfStrings || schema.path("type").asText().equals(expected),
                where + " is read as " + expected + ", the producer says " + schema);
    }
}
