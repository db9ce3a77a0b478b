package dev.millrace.messaging;

import io.smallrye.reactive.messaging.amqp.IncomingAmqpMetadata;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Reads the CloudEvents envelope of an AMQP message (CloudEvents AMQP protocol binding 1.0.2, section 3.1, binary mode).
 * Both prefixes of the binding are read, {@code cloudEvents:} and JMS's {@code cloudEvents_}.
 */
final class AmqpEnvelope {

    private static final String PREFIX = "cloudEvents:";
    private static final String JMS_PREFIX = "cloudEvents_";

    private final Map<String, Object> properties;

    private AmqpEnvelope(Map<String, Object> properties) {
        this.properties = properties;
    }

    static InboundEvent read(Message<?> message) {
        var amqp = message.getMetadata(IncomingAmqpMetadata.class)
                .orElseThrow(() -> new PermanentFailure("not an AMQP message: " + message.getClass()))
                .getMessage()
                .unwrap();
        var applicationProperties = amqp.getApplicationProperties();
        if (applicationProperties == null || applicationProperties.getValue() == null) {
            throw new PermanentFailure("no CloudEvent: the message has no application properties");
        }
        return new AmqpEnvelope(applicationProperties.getValue()).event(amqp.getGroupId(), body(amqp.getBody()));
    }

    private InboundEvent event(String key, byte[] data) {
        String version = text("specversion");
        if (!version.startsWith("1.")) {
            throw new PermanentFailure("CloudEvents 1.x expected, got specversion " + version);
        }
        Object traceparent = properties.get("traceparent");
        return new InboundEvent(
                id(),
                text("type"),
                text("source"),
                key,
                time(),
                traceparent == null ? null : traceparent.toString(),
                data);
    }

    private UUID id() {
        String id = text("id");
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new PermanentFailure("the event's id is not a UUID: " + id, e);
        }
    }

    private Instant time() {
        Object time = attribute("time");
        if (time instanceof Date date) {
            return date.toInstant();
        }
        try {
            return OffsetDateTime.parse(time.toString()).toInstant();
        } catch (DateTimeException e) {
            throw new PermanentFailure("the event's time is not an ISO-8601 instant: " + time, e);
        }
    }

    private String text(String name) {
        return attribute(name).toString();
    }

    private Object attribute(String name) {
        Object value = properties.getOrDefault(PREFIX + name, properties.get(JMS_PREFIX + name));
        if (value == null || value.toString().isBlank()) {
            throw new PermanentFailure("no CloudEvent: application property " + PREFIX + name + " is missing");
        }
        return value;
    }

    private static byte[] body(Section body) {
        return switch (body) {
            case Data data -> bytes(data.getValue());
            case AmqpValue value when value.getValue() instanceof Binary binary -> bytes(binary);
            case AmqpValue value when value.getValue() instanceof String text -> text.getBytes(StandardCharsets.UTF_8);
            case null, default -> throw new PermanentFailure("the event has no data section");
        };
    }

    private static byte[] bytes(Binary binary) {
        byte[] bytes = new byte[binary.getLength()];
        System.arraycopy(binary.getArray(), binary.getArrayOffset(), bytes, 0, bytes.length);
        return bytes;
    }
}
