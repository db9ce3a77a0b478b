package dev.millrace.e2e.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.message.Message;

/** AMQP messages made by hand. */
public final class Messages {
    private static final String CLOUD_EVENTS = "cloudEvents:";

    private Messages() {}

    /** Durable, with a data section. */
    public static Message of(String id, String text) {
        Message message = Proton.message();
        message.setDurable(true);
        message.setMessageId(id);
        message.setBody(new Data(new Binary(text.getBytes(StandardCharsets.UTF_8))));
        return message;
    }

    /** With an ordering key. */
    public static Message of(String id, String key, String text) {
        Message message = of(id, text);
        message.setGroupId(key);
        return message;
    }

    /**
     * A CloudEvent in binary mode, as the interface describes it.
     *
     * @param id of the event; the message-id too
     */
    public static Message event(UUID id, String type, String source, String key, String json) {
        Message message = of(id.toString(), key, json);
        message.setSubject(type);
        message.setContentType("application/json");
        var attributes = new HashMap<String, Object>();
        attributes.put(CLOUD_EVENTS + "specversion", "1.0");
        attributes.put(CLOUD_EVENTS + "id", id.toString());
        attributes.put(CLOUD_EVENTS + "type", type);
        attributes.put(CLOUD_EVENTS + "source", source);
        attributes.put(CLOUD_EVENTS + "time", Instant.now().toString());
        message.setApplicationProperties(new ApplicationProperties(attributes));
        return message;
    }

    /** One message annotation. */
    public static MessageAnnotations annotations(String name, Object value) {
        return new MessageAnnotations(Map.of(Symbol.valueOf(name), value));
    }

    /** An attribute of a CloudEvent. */
    public static String attribute(Message message, String name) {
        Map<String, Object> properties = message.getApplicationProperties().getValue();
        return String.valueOf(properties.get(CLOUD_EVENTS + name));
    }

    /**
     * The same event once more.
     *
     * @param messageId null: without one, so that the broker cannot tell that it had it before
     */
    public static Message copy(Message original, String messageId) {
        Message copy = Proton.message();
        copy.setDurable(true);
        copy.setMessageId(messageId);
        copy.setGroupId(original.getGroupId());
        copy.setSubject(original.getSubject());
        copy.setContentType(original.getContentType());
        copy.setApplicationProperties(original.getApplicationProperties());
        copy.setBody(original.getBody());
        return copy;
    }
}
