package dev.millrace.broker.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.millrace.broker.core.InvalidSchemaException;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.MessageCheck;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks the bodies of messages against JSON Schemas (draft 2020-12). A schema stands for itself: it refers to nothing
 * outside, so nothing is ever fetched. What {@code format} says is for people.
 */
public final class JsonSchemas implements MessageCheck.Compiler {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of one message; the rest is passed over. */
    private static final int MAX_TOLD = 5;

    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef");

    private final JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    @Override
    public MessageCheck compile(Map<String, String> schemas) {
        Map<String, JsonSchema> bySubject = new HashMap<>();
        schemas.forEach((subject, schema) -> bySubject.put(subject, compile(schema)));
        return message -> violation(bySubject, message);
    }

    @Override
    public String incompatibility(String older, String newer) {
        List<String> differences = SchemaComparison.differences(parse(older), parse(newer));
        return differences.isEmpty() ? null : told(differences);
    }

    private static String told(List<String> all) {
        String first = all.stream().limit(MAX_TOLD).collect(Collectors.joining("; "));
        return all.size() <= MAX_TOLD ? first : first + "; and " + (all.size() - MAX_TOLD) + " more";
    }

    private static String violation(Map<String, JsonSchema> bySubject, Message message) {
        BareMessage bare = BareMessage.decode(message);
        JsonSchema schema = bare.subject() == null ? null : bySubject.get(bare.subject());
        if (schema == null) {
            return null;
        }
        try {
            List<String> violations = schema.validate(bare.body()).stream()
                    .map(ValidationMessage::getMessage)
                    .sorted()
                    .toList();
            return violations.isEmpty() ? null : "as '" + bare.subject() + "', " + told(violations);
        } catch (RuntimeException | StackOverflowError e) {
            // Such as a pattern that this body is too long for.
            return "as '" + bare.subject() + "', it cannot be judged ("
                    + e.getClass().getSimpleName() + ")";
        }
    }

    private JsonSchema compile(String text) {
        JsonNode schema = parse(text);
        requireToStandForItself(schema);
        try {
            List<String> mistakes = factory.getSchema(SchemaLocation.of(SchemaId.V202012)).validate(schema).stream()
                    .map(ValidationMessage::getMessage)
                    .sorted()
                    .toList();
            if (!mistakes.isEmpty()) {
                throw new InvalidSchemaException("It is no JSON Schema of draft 2020-12: " + told(mistakes));
            }
            JsonSchema compiled = factory.getSchema(schema);
            compiled.initializeValidators();
            return compiled;
        } catch (InvalidSchemaException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidSchemaException("It is no JSON Schema of draft 2020-12: " + e.getMessage());
        }
    }

    private static JsonNode parse(String text) {
        try {
            JsonNode schema = JSON.readTree(text);
            if (!schema.isObject()) {
                throw new InvalidSchemaException("A schema has to be a JSON object.");
            }
            return schema;
        } catch (JsonProcessingException e) {
            throw new InvalidSchemaException("A schema has to be JSON: " + e.getOriginalMessage());
        }
    }

    private static void requireToStandForItself(JsonNode node) {
        node.properties().forEach(field -> {
            String value = field.getValue().textValue();
            if (value != null && REFERENCES.contains(field.getKey()) && !value.startsWith("#")) {
                throw new InvalidSchemaException("It refers to '" + value
                        + "'; expected references into the schema itself, such as '#/$defs/money'.");
            }
            if (value != null && field.getKey().equals("$schema") && !value.equals(SchemaId.V202012)) {
                throw new InvalidSchemaException(
                        "It is written in '" + value + "'; expected '" + SchemaId.V202012 + "'.");
            }
        });
        node.forEach(JsonSchemas::requireToStandForItself);
    }
}
