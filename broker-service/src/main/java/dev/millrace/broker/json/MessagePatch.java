package dev.millrace.broker.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.broker.core.EditRefusedException;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.MessageEditor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.DroppingWritableBuffer;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.apache.qpid.proton.codec.ReadableBuffer;
import org.apache.qpid.proton.codec.WritableBuffer;

/** Replaces body and application properties of messages; every other section stays byte for byte. */
final class MessagePatch implements MessageEditor {

    private static final Symbol JSON = Symbol.valueOf("application/json");

    /** Before it writes a map, the encoder wants room for more than the map takes. */
    private static final int ENCODER_SLACK = 64;

    private final DecoderImpl decoder = new DecoderImpl();
    private final EncoderImpl encoder = new EncoderImpl(decoder);

    /** Null for no change. */
    private final JsonNode body;
    /** Null for no change. */
    private final JsonNode properties;

    private final int maxMessageBytes;

    MessagePatch(JsonNode body, JsonNode properties, int maxMessageBytes) {
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        this.body = body;
        this.properties = properties;
        this.maxMessageBytes = maxMessageBytes;
    }

    /** The sections of a message, decoded where they matter here, as bytes where they do not. */
    private static final class Parts {
        Properties properties;
        byte[] propertiesBytes = {};
        ApplicationProperties applicationProperties;
        byte[] applicationPropertiesBytes = {};
        Section body;
        byte[] bodyBytes = {};
        byte[] footerBytes = {};
    }

    @Override
    public Edited edit(Message message) {
        try {
            return patched(message);
        } catch (EditRefusedException e) {
            throw e;
        } catch (RuntimeException e) {
            // Whatever a publisher sent: it must not end the broker.
            throw new EditRefusedException("cannot be changed (" + e + ")");
        }
    }

    private Edited patched(Message message) {
        Parts parts = parts(message);
        ObjectNode difference = JsonNodeFactory.instance.objectNode();
        if (body != null) {
            change(difference.putObject("body"), BareMessage.body(parts.body, contentType(parts)), body);
            replaceBody(parts);
        }
        if (properties != null) {
            patchProperties(parts, difference.putObject("applicationProperties"));
        }
        byte[] annotations = Arrays.copyOf(message.payload(), message.annotationsLength());
        byte[] payload = join(
                annotations,
                parts.propertiesBytes,
                parts.applicationPropertiesBytes,
                parts.bodyBytes,
                parts.footerBytes);
        if (payload.length > maxMessageBytes) {
            throw new EditRefusedException("would have " + payload.length + " bytes after the patch; at most "
                    + maxMessageBytes + " are allowed");
        }
        Message edited = new Message(
                payload,
                message.annotationsLength(),
                message.annotationsCount(),
                message.messageId(),
                message.orderingKey(),
                message.priority(),
                message.durable(),
                message.expiresAt(),
                message.deliverAt());
        return new Edited(edited, difference.toString());
    }

    private static void change(ObjectNode target, JsonNode from, JsonNode to) {
        target.set("from", from);
        target.set("to", to);
    }

    private static String contentType(Parts parts) {
        return parts.properties == null || parts.properties.getContentType() == null
                ? null
                : parts.properties.getContentType().toString();
    }

    private Parts parts(Message message) {
        byte[] payload = message.payload();
        int start = message.annotationsLength();
        Parts parts = new Parts();
        ReadableBuffer buffer = ReadableBuffer.ByteBufferReader.wrap(
                ByteBuffer.wrap(payload, start, payload.length - start).slice());
        decoder.setBuffer(buffer);
        try {
            while (buffer.hasRemaining()) {
                int from = start + buffer.position();
                Object section = decoder.readObject();
                place(parts, section, Arrays.copyOfRange(payload, from, start + buffer.position()));
            }
        } catch (RuntimeException e) {
            throw new EditRefusedException("cannot be decoded (" + e.getMessage() + ")");
        } finally {
            decoder.setBuffer(null);
        }
        return parts;
    }

    private static void place(Parts parts, Object section, byte[] bytes) {
        switch (section) {
            case Properties found -> {
                parts.properties = found;
                parts.propertiesBytes = bytes;
            }
            case ApplicationProperties found -> {
                parts.applicationProperties = found;
                parts.applicationPropertiesBytes = bytes;
            }
            case Footer footer -> parts.footerBytes = bytes;
            case Data found -> addBody(parts, found, bytes);
            case AmqpValue found -> addBody(parts, found, bytes);
            case AmqpSequence found -> addBody(parts, found, bytes);
            case null, default -> throw new IllegalArgumentException("a section that does not belong there");
        }
    }

    /** A body may be of several sections; the first one stands for all. */
    private static void addBody(Parts parts, Section section, byte[] bytes) {
        parts.body = parts.body == null ? section : parts.body;
        parts.bodyBytes = join(parts.bodyBytes, bytes);
    }

    /** A body stays of the kind that it was, where the new one can be of it. */
    private void replaceBody(Parts parts) {
        String contentType = contentType(parts);
        boolean saysJson = contentType != null && contentType.toLowerCase().contains("json");
        if (body.isTextual() && !(parts.body instanceof Data)) {
            parts.bodyBytes = encode(new AmqpValue(body.textValue()));
        } else if (body.isTextual() && !saysJson) {
            parts.bodyBytes = encode(new Data(new Binary(body.textValue().getBytes(StandardCharsets.UTF_8))));
        } else {
            parts.bodyBytes = encode(new Data(new Binary(JsonValues.bytes(body))));
            if (!saysJson && !JsonValues.isBase64(body)) {
                Properties changed = parts.properties == null ? new Properties() : parts.properties;
                changed.setContentType(JSON);
                parts.propertiesBytes = encode(changed);
            }
        }
    }

    private void patchProperties(Parts parts, ObjectNode difference) {
        Map<String, Object> patched = new LinkedHashMap<>();
        if (parts.applicationProperties != null && parts.applicationProperties.getValue() != null) {
            patched.putAll(parts.applicationProperties.getValue());
        }
        properties.properties().forEach(entry -> {
            Object before = patched.get(entry.getKey());
            Object after = JsonValues.simple(entry.getValue());
            if (after == null) {
                patched.remove(entry.getKey());
            } else {
                patched.put(entry.getKey(), after);
            }
            change(difference.putObject(entry.getKey()), BareMessage.json(before), entry.getValue());
        });
        parts.applicationPropertiesBytes = patched.isEmpty() ? new byte[0] : encode(new ApplicationProperties(patched));
    }

    private byte[] encode(Section section) {
        DroppingWritableBuffer measure = new DroppingWritableBuffer();
        encoder.setByteBuffer(measure);
        encoder.writeObject(section);
        ByteBuffer target = ByteBuffer.allocate(measure.position() + ENCODER_SLACK);
        encoder.setByteBuffer(WritableBuffer.ByteBufferWrapper.wrap(target));
        encoder.writeObject(section);
        encoder.setByteBuffer((WritableBuffer) null);
        return Arrays.copyOf(target.array(), target.position());
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
