package dev.millrace.e2e.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.Serializable;
import java.util.Collections;
import java.util.HexFormat;

/** Messages as {@link MessageNotation} writes them, to and from what users of JMS see of them. */
final class JmsNotation {
    /** Qpid JMS: objects as values of AMQP instead of serialized Java. */
    private static final String TYPED = "JMS_AMQP_TYPED_ENCODING";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JmsNotation() {}

    /** Text, bytes, or a list, map or array of anything; properties of JMS's types. */
    static Message toJms(Session session, JsonNode note) throws JMSException {
        Message message = body(session, note.get("body").get(0));
        for (JsonNode entry : note.path("application-properties").path(1)) {
            message.setObjectProperty(entry.get(0).get(1).asText(), Notation.toJava(entry.get(1)));
        }
        JsonNode properties = note.path("properties");
        if (properties.has("subject")) {
            message.setJMSType(properties.at("/subject/1").asText());
        }
        if (properties.has("correlation-id")) {
            message.setJMSCorrelationID(properties.at("/correlation-id/1").asText());
        }
        if (properties.has("reply-to")) {
            message.setJMSReplyTo(
                    session.createQueue(properties.at("/reply-to/1").asText()));
        }
        if (properties.has("group-id")) {
            message.setStringProperty(
                    "JMSXGroupID", properties.at("/group-id/1").asText());
        }
        return message;
    }

    private static Message body(Session session, JsonNode section) throws JMSException {
        if (section.has("data")) {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(HexFormat.of().parseHex(section.get("data").asText()));
            return message;
        }
        Object value = Notation.toJava(section.get("value"));
        if (value instanceof String text) {
            return session.createTextMessage(text);
        }
        ObjectMessage message = session.createObjectMessage();
        message.setBooleanProperty(TYPED, true);
        message.setObject((Serializable) value);
        return message;
    }

    /** As far as JMS tells. */
    static JsonNode of(Message message) throws JMSException {
        ObjectNode note = JSON.objectNode();
        ObjectNode header = note.putObject("header");
        header.set("durable", Notation.of(message.getJMSDeliveryMode() == DeliveryMode.PERSISTENT));
        header.set("priority", Notation.of("ubyte", Integer.toString(message.getJMSPriority())));
        header.set(
                "delivery-count",
                Notation.of("uint", Integer.toString(message.getIntProperty("JMSXDeliveryCount") - 1)));
        ObjectNode properties = note.putObject("properties");
        put(properties, "subject", message.getJMSType());
        put(properties, "group-id", message.getStringProperty("JMSXGroupID"));
        if (message.getJMSReplyTo() instanceof Queue queue) {
            put(properties, "reply-to", queue.getQueueName());
        }
        var entries = JSON.arrayNode();
        for (Object name : Collections.list(message.getPropertyNames())) {
            if (!name.toString().startsWith("JMS")) {
                entries.add(JSON.arrayNode()
                        .add(Notation.of(name.toString()))
                        .add(Notation.of(message.getObjectProperty(name.toString()))));
            }
        }
        if (!entries.isEmpty()) {
            note.set("application-properties", JSON.arrayNode().add("map").add(entries));
        }
        note.putArray("body").add(body(message));
        return note;
    }

    private static void put(ObjectNode fields, String name, String value) {
        if (value != null) {
            fields.set(name, Notation.of(value));
        }
    }

    private static ObjectNode body(Message message) throws JMSException {
        ObjectNode section = JSON.objectNode();
        switch (message) {
            case TextMessage text -> section.set("value", Notation.of(text.getText()));
            case BytesMessage bytes -> {
                byte[] data = new byte[(int) bytes.getBodyLength()];
                bytes.readBytes(data);
                section.put("data", HexFormat.of().formatHex(data));
            }
            case ObjectMessage object -> section.set("value", Notation.of(object.getObject()));
            default -> throw new IllegalStateException("an unexpected kind of message: " + message.getClass());
        }
        return section;
    }
}
