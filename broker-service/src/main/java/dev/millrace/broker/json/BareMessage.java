package dev.millrace.broker.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.broker.core.Message;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Section;

/**
 * What people look at of a message, decoded: its body as JSON where it is JSON, as a string where it is text, else as
 * {@code {"base64": …}}. A message that cannot be decoded has its bytes as body.
 */
public record BareMessage(
        JsonNode body,
        String subject,
        String correlationId,
        String replyTo,
        String contentType,
        JsonNode applicationProperties) {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Never fails. */
    public static BareMessage decode(Message message) {
        byte[] payload = message.payload();
        int start = message.annotationsLength();
        try {
            org.apache.qpid.proton.message.Message decoded = org.apache.qpid.proton.message.Message.Factory.create();
            decoded.decode(payload, start, payload.length - start);
            return of(decoded);
        } catch (RuntimeException e) {
            // The broker passes on what it need not understand; so here are the bytes.
            return new BareMessage(base64(payload, start, payload.length - start), null, null, null, null, null);
        }
    }

    private static BareMessage of(org.apache.qpid.proton.message.Message decoded) {
        return new BareMessage(
                body(decoded.getBody(), decoded.getContentType()),
                decoded.getSubject(),
                decoded.getCorrelationId() == null
                        ? null
                        : decoded.getCorrelationId().toString(),
                decoded.getReplyTo(),
                decoded.getContentType(),
                decoded.getApplicationProperties() == null
                        ? null
                        : json(decoded.getApplicationProperties().getValue()));
    }

    static JsonNode body(Section body, String contentType) {
        return switch (body) {
            case null -> NODES.nullNode();
            case AmqpValue value -> json(value.getValue());
            case AmqpSequence sequence -> json(sequence.getValue());
            case Data data -> data(data.getValue(), contentType);
            default -> NODES.nullNode();
        };
    }

    private static JsonNode data(Binary data, String contentType) {
        if (data == null) {
            return NODES.textNode("");
        }
        String text = text(data);
        if (text == null) {
            return base64(data.getArray(), data.getArrayOffset(), data.getLength());
        }
        boolean saysJson = contentType != null && contentType.toLowerCase().contains("json");
        if (saysJson || contentType == null && (text.startsWith("{") || text.startsWith("["))) {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                return NODES.textNode(text);
            }
        }
        return NODES.textNode(text);
    }

    /** Null if the bytes are not text. */
    private static String text(Binary data) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data.getArray(), data.getArrayOffset(), data.getLength()))
                    .toString();
            return text.chars().allMatch(BareMessage::isText) ? text : null;
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isText(int character) {
        return character >= ' ' || character == '\n' || character == '\r' || character == '\t';
    }

    private static ObjectNode base64(byte[] bytes, int from, int length) {
        byte[] part = new byte[length];
        System.arraycopy(bytes, from, part, 0, length);
        return NODES.objectNode().put("base64", Base64.getEncoder().encodeToString(part));
    }

    static JsonNode json(Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.textNode(text);
            case Boolean bool -> NODES.booleanNode(bool);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Short number -> NODES.numberNode(number);
            case Byte number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Float number -> NODES.numberNode(number);
            case Date date -> NODES.textNode(date.toInstant().toString());
            case Binary binary -> base64(binary.getArray(), binary.getArrayOffset(), binary.getLength());
            case Map<?, ?> map -> {
                ObjectNode object = NODES.objectNode();
                map.forEach((key, item) -> object.set(String.valueOf(key), json(item)));
                yield object;
            }
            case Collection<?> items -> {
                ArrayNode array = NODES.arrayNode();
                items.forEach(item -> array.add(json(item)));
                yield array;
            }
            default -> NODES.textNode(value.toString());
        };
    }
}
