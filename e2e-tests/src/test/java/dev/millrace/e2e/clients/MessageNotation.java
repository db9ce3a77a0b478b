package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.message.Message;

/**
 * Messages written as JSON, to and from those of proton-j: an object with {@code header}, {@code delivery-annotations},
 * {@code message-annotations}, {@code properties}, {@code application-properties}, {@code body} (a list of sections, each
 * {@code {"data":"hex"}}, {@code {"sequence":list}} or {@code {"value":value}}) and {@code footer}; fields and maps hold
 * values as {@link Notation} writes them.
 */
final class MessageNotation {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MessageNotation() {}

    @SuppressWarnings("unchecked")
    static Message toProton(JsonNode note) {
        Message message = Proton.message();
        if (note.has("header")) {
            message.setHeader(header(note.get("header")));
        }
        if (note.has("delivery-annotations")) {
            message.setDeliveryAnnotations(
                    new DeliveryAnnotations((Map<Symbol, Object>) Notation.toJava(note.get("delivery-annotations"))));
        }
        if (note.has("message-annotations")) {
            message.setMessageAnnotations(
                    new MessageAnnotations((Map<Symbol, Object>) Notation.toJava(note.get("message-annotations"))));
        }
        if (note.has("properties")) {
            message.setProperties(properties(note.get("properties")));
        }
        if (note.has("application-properties")) {
            message.setApplicationProperties(new ApplicationProperties(
                    (Map<String, Object>) Notation.toJava(note.get("application-properties"))));
        }
        message.setBody(body(note.get("body")));
        if (note.has("footer")) {
            message.setFooter(new Footer((Map<Object, Object>) Notation.toJava(note.get("footer"))));
        }
        return message;
    }

    private static Header header(JsonNode note) {
        var header = new Header();
        header.setDurable((Boolean) field(note, "durable"));
        header.setPriority((UnsignedByte) field(note, "priority"));
        header.setTtl((UnsignedInteger) field(note, "ttl"));
        return header;
    }

    private static Properties properties(JsonNode note) {
        var properties = new Properties();
        properties.setMessageId(field(note, "message-id"));
        properties.setUserId((Binary) field(note, "user-id"));
        properties.setTo((String) field(note, "to"));
        properties.setSubject((String) field(note, "subject"));
        properties.setReplyTo((String) field(note, "reply-to"));
        properties.setCorrelationId(field(note, "correlation-id"));
        properties.setContentType((Symbol) field(note, "content-type"));
        properties.setContentEncoding((Symbol) field(note, "content-encoding"));
        properties.setAbsoluteExpiryTime((Date) field(note, "absolute-expiry-time"));
        properties.setCreationTime((Date) field(note, "creation-time"));
        properties.setGroupId((String) field(note, "group-id"));
        properties.setGroupSequence((UnsignedInteger) field(note, "group-sequence"));
        properties.setReplyToGroupId((String) field(note, "reply-to-group-id"));
        return properties;
    }

    private static Object field(JsonNode note, String name) {
        return note.has(name) ? Notation.toJava(note.get(name)) : null;
    }

    private static Section body(JsonNode sections) {
        if (sections.size() != 1) {
            throw new IllegalArgumentException("a message of proton-j has one section as its body: " + sections);
        }
        JsonNode section = sections.get(0);
        if (section.has("data")) {
            return new Data(
                    new Binary(HexFormat.of().parseHex(section.get("data").asText())));
        }
        return section.has("sequence")
                ? new AmqpSequence((List<?>) Notation.toJava(section.get("sequence")))
                : new AmqpValue(Notation.toJava(section.get("value")));
    }

    static ObjectNode of(Message message) {
        ObjectNode note = JSON.objectNode();
        if (message.getHeader() != null) {
            Header header = message.getHeader();
            ObjectNode fields = note.putObject("header");
            put(fields, "durable", header.getDurable());
            put(fields, "priority", header.getPriority());
            put(fields, "ttl", header.getTtl());
            put(fields, "delivery-count", header.getDeliveryCount());
        }
        if (message.getDeliveryAnnotations() != null) {
            note.set(
                    "delivery-annotations",
                    Notation.of(message.getDeliveryAnnotations().getValue()));
        }
        if (message.getMessageAnnotations() != null) {
            note.set(
                    "message-annotations",
                    Notation.of(message.getMessageAnnotations().getValue()));
        }
        if (message.getProperties() != null) {
            note.set("properties", of(message.getProperties()));
        }
        if (message.getApplicationProperties() != null) {
            note.set(
                    "application-properties",
                    Notation.of(message.getApplicationProperties().getValue()));
        }
        note.set("body", of(message.getBody()));
        if (message.getFooter() != null) {
            note.set("footer", Notation.of(message.getFooter().getValue()));
        }
        return note;
    }

    private static ObjectNode of(Properties properties) {
        ObjectNode fields = JSON.objectNode();
        put(fields, "message-id", properties.getMessageId());
        put(fields, "user-id", properties.getUserId());
        put(fields, "to", properties.getTo());
        put(fields, "subject", properties.getSubject());
        put(fields, "reply-to", properties.getReplyTo());
        put(fields, "correlation-id", properties.getCorrelationId());
        put(fields, "content-type", properties.getContentType());
        put(fields, "content-encoding", properties.getContentEncoding());
        put(fields, "absolute-expiry-time", properties.getAbsoluteExpiryTime());
        put(fields, "creation-time", properties.getCreationTime());
        put(fields, "group-id", properties.getGroupId());
        put(fields, "group-sequence", properties.getGroupSequence());
        put(fields, "reply-to-group-id", properties.getReplyToGroupId());
        return fields;
    }

    private static void put(ObjectNode fields, String name, Object value) {
        if (value != null) {
            fields.set(name, Notation.of(value));
        }
    }

    private static ArrayNode of(Section body) {
        ObjectNode section = JSON.objectNode();
        switch (body) {
            case Data data -> section.put("data", Notation.hex(data.getValue()));
            case AmqpSequence sequence -> section.set("sequence", Notation.of(sequence.getValue()));
            case AmqpValue value -> section.set("value", Notation.of(value.getValue()));
            default -> throw new IllegalArgumentException("no section of a body: " + body);
        }
        return JSON.arrayNode().add(section);
    }
}
