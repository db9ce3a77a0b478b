package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.json.JsonValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.codec.DroppingWritableBuffer;

/** Turns messages as the API takes them into messages as the core stores them. */
final class PublishedMessage {

    /** Messages that one call may publish. */
    private static final int MAX_MESSAGES = 1_000;

    private static final String JSON = "application/json";

    private PublishedMessage() {}

    /**
     * @param body one message or an array of them
     * @param now epoch milliseconds
     * @throws InvalidBodyException with all that is wrong
     */
    static List<Message> readAll(JsonNode body, int maxBytes, long now) {
        List<Problem.FieldError> errors = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        if (body != null && body.isArray()) {
            if (body.isEmpty() || body.size() > MAX_MESSAGES) {
                errors.add(new Problem.FieldError(
                        "body", "must have 1 to " + MAX_MESSAGES + " messages, not " + body.size()));
            } else {
                for (int i = 0; i < body.size(); i++) {
                    messages.add(read(body.get(i), "[" + i + "].", errors, maxBytes, now));
                }
            }
        } else {
            messages.add(read(body, "", errors, maxBytes, now));
        }
        if (!errors.isEmpty()) {
            throw new InvalidBodyException(errors);
        }
        return messages;
    }

    private static Message read(JsonNode node, String path, List<Problem.FieldError> errors, int maxBytes, long now) {
        JsonFields fields = JsonFields.of(node, path, errors);
        org.apache.qpid.proton.message.Message encoded = org.apache.qpid.proton.message.Message.Factory.create();
        String contentType = fields.text("contentType");
        Section body = body(fields);
        encoded.setBody(body);
        encoded.setContentType(
                contentType == null && body instanceof Data && !JsonValues.isBase64(fields.node("body"))
                        ? JSON
                        : contentType);
        String messageId = fields.text("messageId");
        if (messageId == null) {
            messageId = UUID.randomUUID().toString();
        }
        encoded.setMessageId(messageId);
        encoded.setSubject(fields.text("subject"));
        String groupId = fields.text("groupId");
        encoded.setGroupId(groupId);
        encoded.setCorrelationId(fields.text("correlationId"));
        encoded.setReplyTo(fields.text("replyTo"));
        int priority = (int) fields.wholeNumber("priority", 0, 9, Message.NORMAL_PRIORITY);
        long ttl = fields.duration("ttl", 1, 0);
        long deliverAt = deliverAt(fields, now);
        encoded.setApplicationProperties(applicationProperties(fields.object("applicationProperties")));
        fields.checkUnknown();
        byte[] payload = bytes(encoded);
        if (payload.length > maxBytes) {
            fields.wrong(
                    "body", "makes a message of " + payload.length + " bytes; at most " + maxBytes + " are allowed");
        }
        return new Message(payload, 0, 0, messageId, groupId, priority, true, ttl == 0 ? 0 : now + ttl, deliverAt);
    }

    private static long deliverAt(JsonFields fields, long now) {
        long delay = fields.duration("delay", 0, 0);
        long deliverAt = fields.instant("deliverAt", 0);
        if (delay > 0 && deliverAt > 0) {
            fields.wrong("delay", "must not be given together with deliverAt");
        }
        return delay > 0 ? now + delay : Math.max(0, deliverAt);
    }

    private static Section body(JsonFields fields) {
        JsonNode body = fields.node("body");
        if (body == null && fields.has("body")) {
            body = NullNode.getInstance();
        }
        if (body == null) {
            fields.wrong("body", "is missing; expected any JSON, or {\"base64\": …}");
            return null;
        }
        if (body.isTextual()) {
            return new AmqpValue(body.textValue());
        }
        try {
            return new Data(new Binary(JsonValues.bytes(body)));
        } catch (IllegalArgumentException e) {
            fields.wrong("body.base64", "must be base64: " + e.getMessage());
            return null;
        }
    }

    private static ApplicationProperties applicationProperties(JsonFields fields) {
        Map<String, Object> properties = new HashMap<>();
        for (String name : fields.names()) {
            JsonNode value = fields.node(name);
            if (value == null || JsonValues.isSimple(value)) {
                properties.put(name, JsonValues.simple(value));
            } else {
                fields.wrong(name, "must be " + JsonValues.EXPECTED_SIMPLE + ", not " + JsonFields.shown(value));
            }
        }
        return properties.isEmpty() ? null : new ApplicationProperties(properties);
    }

    private static byte[] bytes(org.apache.qpid.proton.message.Message message) {
        DroppingWritableBuffer measure = new DroppingWritableBuffer();
        message.encode(measure);
        byte[] bytes = new byte[measure.position()];
        message.encode(bytes, 0, bytes.length);
        return bytes;
    }
}
