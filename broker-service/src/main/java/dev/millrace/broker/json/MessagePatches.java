package dev.millrace.broker.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.broker.core.EditRefusedException;
import dev.millrace.broker.core.MessageEditor;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes editors of patches such as {@code {"body": {"sku": "cup"}, "applicationProperties": {"tenant": "acme", "old":
 * null}}}: the body is replaced, application properties are set, or removed where null is given. Thread-safe.
 */
public final class MessagePatches implements MessageEditor.Compiler {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BODY = "body";
    private static final String APPLICATION_PROPERTIES = "applicationProperties";

    private final int maxMessageBytes;

    /** @param maxMessageBytes the most that a message may have when it was changed */
    public MessagePatches(int maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public MessageEditor compile(String patch) {
        JsonNode node;
        try {
            node = JSON.readTree(patch);
        } catch (JsonProcessingException e) {
            throw new EditRefusedException("must be JSON: " + e.getOriginalMessage());
        }
        if (!node.isObject() || node.isEmpty()) {
            throw new EditRefusedException("must be an object with body, applicationProperties or both.");
        }
        Set<String> unknown = new TreeSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(Set.of(BODY, APPLICATION_PROPERTIES));
        if (!unknown.isEmpty()) {
            throw new EditRefusedException(
                    "the fields " + unknown + " are not known here; expected body and applicationProperties.");
        }
        checkBody(node.get(BODY));
        checkProperties(node.get(APPLICATION_PROPERTIES));
        return new MessagePatch(node.get(BODY), node.get(APPLICATION_PROPERTIES), maxMessageBytes);
    }

    private static void checkBody(JsonNode body) {
        try {
            if (body != null) {
                JsonValues.bytes(body);
            }
        } catch (IllegalArgumentException e) {
            throw new EditRefusedException("body.base64 must be base64: " + e.getMessage());
        }
    }

    private static void checkProperties(JsonNode properties) {
        if (properties == null) {
            return;
        }
        if (!properties.isObject()) {
            throw new EditRefusedException("applicationProperties must be an object, not " + properties);
        }
        properties.properties().forEach(entry -> {
            if (!JsonValues.isSimple(entry.getValue())) {
                throw new EditRefusedException("applicationProperties." + entry.getKey() + " must be "
                        + JsonValues.EXPECTED_SIMPLE + ", not " + entry.getValue());
            }
        });
    }
}
