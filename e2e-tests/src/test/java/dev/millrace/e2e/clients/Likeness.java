package dev.millrace.e2e.clients;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;

/**
 * Whether a message came as it was sent: byte for byte from its properties to its footer where both clients show bytes,
 * and in values and types as the receiving client's users see them.
 */
final class Likeness {
    private final JsonNode sent;
    private final JsonNode received;
    private final ClientKind receiver;

    private Likeness(JsonNode sent, JsonNode received, ClientKind receiver) {
        this.sent = sent;
        this.received = received;
        this.receiver = receiver;
    }

    /** @param encoded as the sender has encoded it; null if it does not tell */
    static void check(JsonNode sent, byte[] encoded, Client.Received received, ClientKind receiver) {
        if (encoded != null && received.encoded() != null) {
            assertArrayEquals(bareMessage(encoded), bareMessage(received.encoded()), "the bare message");
        }
        new Likeness(sent, received.message(), receiver).check();
    }

    /** From the first section that is the sender's alone, to the end. */
    private static byte[] bareMessage(byte[] encoded) {
        var decoder = new DecoderImpl();
        AMQPDefinedTypes.registerAllTypes(decoder, new EncoderImpl(decoder));
        ByteBuffer buffer = ByteBuffer.wrap(encoded);
        decoder.setByteBuffer(buffer);
        int start = 0;
        while (buffer.hasRemaining()) {
            Object section = decoder.readObject();
            if (!(section instanceof Header
                    || section instanceof DeliveryAnnotations
                    || section instanceof MessageAnnotations)) {
                break;
            }
            start = buffer.position();
        }
        return Arrays.copyOfRange(encoded, start, encoded.length);
    }

    private void check() {
        if (sent.get("body").size() == 1 || receiver == ClientKind.RHEA) {
            assertEquals(inOrder(sent.get("body")), inOrder(received.get("body")), "body");
        }
        assertEquals(
                inOrder(entries(sent, "application-properties")),
                inOrder(entries(received, "application-properties")),
                "application properties");
        checkFields("header", "durable", "priority");
        checkProperties();
        checkAnnotations();
        if (receiver == ClientKind.RHEA || receiver == ClientKind.VERTX) {
            assertEquals(inOrder(entries(sent, "footer")), inOrder(entries(received, "footer")), "footer");
        }
    }

    private void checkFields(String section, String... names) {
        for (String name : names) {
            if (sent.path(section).has(name)) {
                assertEquals(sent.get(section).get(name), received.path(section).get(name), section + " " + name);
            }
        }
    }

    /** Senders may add some of their own; JMS shows some. */
    private void checkProperties() {
        var names = new TreeSet<String>();
        sent.path("properties").fieldNames().forEachRemaining(names::add);
        if (receiver == ClientKind.JMS) {
            names.retainAll(java.util.Set.of("subject", "group-id", "reply-to"));
        }
        checkFields("properties", names.toArray(new String[0]));
    }

    /** Those for the next hop stay behind, those of the message are kept, and the broker has added its own. */
    private void checkAnnotations() {
        assertFalse(received.has("delivery-annotations"), "delivery annotations are for one hop");
        if (receiver == ClientKind.JMS) {
            return; // which shows none
        }
        if (sent.at("/header/ttl/1").asLong() > 0) {
            long left = received.at("/header/ttl/1").asLong();
            assertTrue(left > 0 && left <= sent.at("/header/ttl/1").asLong(), "ttl: " + left);
        }
        Map<JsonNode, JsonNode> annotations = new HashMap<>();
        entries(received, "message-annotations").forEach(entry -> annotations.put(entry.get(0), entry.get(1)));
        entries(sent, "message-annotations")
                .forEach(entry -> assertEquals(entry.get(1), annotations.get(entry.get(0)), entry.toString()));
        JsonNode offset = annotations.get(Notation.of("symbol", "x-opt-offset"));
        assertEquals("ulong", offset == null ? null : offset.get(0).asText(), "x-opt-offset");
    }

    private static JsonNode entries(JsonNode message, String section) {
        return message.has(section) ? message.get(section).get(1) : JsonNodeFactory.instance.arrayNode();
    }

    /** Maps have no order, lists have. */
    private static JsonNode inOrder(JsonNode node) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        if (node.isObject()) {
            node.properties().forEach(field -> all.add(field.getKey()).add(inOrder(field.getValue())));
            return all;
        }
        if (!node.isArray()) {
            return node;
        }
        node.forEach(each -> all.add(inOrder(each)));
        boolean isEntries = !all.isEmpty()
                && all.get(0).isArray()
                && all.get(0).size() == 2
                && all.get(0).get(0).isArray();
        if (!isEntries) {
            return all;
        }
        ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
        all.valueStream().sorted(Comparator.comparing(JsonNode::toString)).forEach(sorted::add);
        return sorted;
    }
}
