package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Message;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.DeliveryAnnotations;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.junit.jupiter.api.Test;

/** What is read of a message, and that the rest is kept as it came. */
class MessageReaderTest {

    private static final long NOW = 1_800_000_000_000L;

    private final MessageReader reader = new MessageReader();

    @Test
    void whatMattersIsRead() {
        org.apache.qpid.proton.message.Message message = Proton.message();
        Header header = new Header();
        header.setDurable(true);
        header.setPriority(UnsignedByte.valueOf((byte) 7));
        header.setTtl(UnsignedInteger.valueOf(5_000));
        message.setHeader(header);
        Properties properties = new Properties();
        properties.setMessageId("id-1");
        properties.setTo("emails");
        properties.setGroupId("order-7");
        properties.setReplyTo("replies");
        message.setProperties(properties);
        message.setBody(new Data(new Binary(new byte[] {1, 2, 3})));
        Message read = read(message);
        assertTrue(read.durable());
        assertEquals(7, read.priority());
        assertEquals(NOW + 5_000, read.expiresAt());
        assertEquals("id-1", read.messageId());
        assertEquals("order-7", read.orderingKey());
        assertEquals("emails", reader.to());
        assertEquals(0, read.deliverAt());
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Message read = reader.read(RawPeer.message((byte) 1), 0, RawPeer.message((byte) 1).length, NOW);
        assertFalse(read.durable());
        assertEquals(Message.NORMAL_PRIORITY, read.priority());
        assertEquals(0, read.expiresAt());
        assertEquals(0, read.annotationsCount());
        assertNull(read.messageId());
        assertNull(read.orderingKey());
        assertNull(reader.to());
    }

    @Test
    void nothingIsLeftOverFromTheMessageBefore() {
        whatMattersIsRead();
        whatIsNotGivenHasItsDefault();
    }

    @Test
    void theEarlierOfTtlAndExpiryTimeCounts() {
        assertEquals(NOW + 1_000, expiry(1_000, NOW + 2_000));
        assertEquals(NOW + 2_000, expiry(3_000, NOW + 2_000));
        assertEquals(NOW + 2_000, expiry(0, NOW + 2_000));
        assertEquals(NOW + 0xffffffffL, expiry(0xffffffffL, 0));
    }

    private long expiry(long ttl, long absolute) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        if (ttl > 0) {
            message.setTtl(ttl);
        }
        if (absolute > 0) {
            message.setExpiryTime(absolute);
        }
        message.setBody(new Data(new Binary(new byte[1])));
        return read(message).expiresAt();
    }

    @Test
    void messageIdsOfEveryTypeHaveATextOfTheirOwn() {
        UUID uuid = UUID.fromString("0192f0c4-0000-7000-8000-000000000001");
        assertEquals("plain", messageId("plain"));
        assertEquals("AMQP_ULONG:7", messageId(UnsignedLong.valueOf(7)));
        assertEquals("AMQP_ULONG:18446744073709551615", messageId(UnsignedLong.valueOf(-1L)));
        assertEquals("AMQP_UUID:" + uuid, messageId(uuid));
        assertEquals("AMQP_BINARY:00ff", messageId(new Binary(new byte[] {0, -1})));
        assertEquals("AMQP_STRING:AMQP_ULONG:7", messageId("AMQP_ULONG:7"));
    }

    private String messageId(Object id) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        message.setMessageId(id);
        message.setBody(new Data(new Binary(new byte[1])));
        return read(message).messageId();
    }

    @Test
    void schedulesAreReadFromAnyWholeNumber() {
        assertEquals(NOW + 60_000, deliverAt("x-opt-delivery-time", NOW + 60_000));
        assertEquals(NOW + 60_000, deliverAt("x-opt-delivery-time", new Date(NOW + 60_000)));
        assertEquals(NOW + 60_000, deliverAt("x-opt-delivery-time", UnsignedLong.valueOf(NOW + 60_000)));
        assertEquals(NOW + 60_000, deliverAt("x-opt-scheduled-enqueue-time", new Date(NOW + 60_000)));
        assertEquals(NOW + 500, deliverAt("x-opt-delivery-delay", 500));
        assertEquals(NOW + 500, deliverAt("x-opt-delivery-delay", 500L));
        assertEquals(NOW + 5, deliverAt("x-opt-delivery-delay", (byte) 5));
        assertEquals(0, deliverAt("x-opt-delivery-delay", -5));
        assertEquals(Long.MAX_VALUE, deliverAt("x-opt-delivery-delay", Long.MAX_VALUE));
    }

    private long deliverAt(String key, Object value) {
        return read(annotated(Map.of(key, value))).deliverAt();
    }

    @Test
    void thePartitionKeyOrdersWhereThereIsNoGroup() {
        assertEquals(
                "key", read(annotated(Map.of("x-opt-partition-key", "key"))).orderingKey());
        org.apache.qpid.proton.message.Message both = annotated(Map.of("x-opt-partition-key", "key"));
        both.setGroupId("group");
        assertEquals("group", read(both).orderingKey());
    }

    @Test
    void thePublishersAnnotationsAreKeptButForThoseThatTheBrokerWrites() {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put("x-opt-offset", UnsignedLong.valueOf(99));
        annotations.put("first", "one");
        annotations.put("x-opt-enqueued-time", new Date(1));
        annotations.put("x-opt-delivery-time", 5L);
        annotations.put("x-opt-locked-until", new Date(2));
        annotations.put("last", List.of(1, 2, 3));
        Message read = read(annotated(annotations));
        assertEquals(6, read.annotationsCount());
        Map<Symbol, Object> kept = entries(read);
        assertEquals(
                List.of("first", "x-opt-delivery-time", "last"),
                kept.keySet().stream().map(Symbol::toString).toList());
        assertEquals(List.of(1, 2, 3), kept.get(Symbol.valueOf("last")));
    }

    @Test
    void theBareMessageIsKeptByteForByte() {
        org.apache.qpid.proton.message.Message message = annotated(Map.of("a", 1));
        message.setHeader(new Header());
        message.setDeliveryAnnotations(new DeliveryAnnotations(new HashMap<>(Map.of(Symbol.valueOf("hop"), 1))));
        message.setMessageId("id");
        message.setApplicationProperties(new ApplicationProperties(new HashMap<>(Map.of("k", 5.5d))));
        message.setFooter(new Footer(new HashMap<>(Map.of(Symbol.valueOf("sum"), 42))));
        byte[] encoded = encode(message);
        Message read = reader.read(encoded, 0, encoded.length, NOW);
        int bare = read.payload().length - read.annotationsLength();
        assertArrayEquals(
                Arrays.copyOfRange(encoded, encoded.length - bare, encoded.length),
                Arrays.copyOfRange(read.payload(), read.annotationsLength(), read.payload().length));
        assertEquals(0x73, encoded[encoded.length - bare + 2]);
    }

    @Test
    void sectionsOutOfPlaceAreRefused() {
        byte[] data = RawPeer.message((byte) 1);
        byte[] header = new ByteWriter(8)
                .descriptor(Descriptor.HEADER)
                .put(TypeCode.LIST_0)
                .toArray();
        byte[] value = new ByteWriter(8)
                .descriptor(Descriptor.AMQP_VALUE)
                .put(TypeCode.NULL)
                .toArray();
        read(RawPeer.join(header, data));
        read(RawPeer.join(data, data));
        refuse(RawPeer.join(data, header));
        refuse(RawPeer.join(header, header, data));
        refuse(RawPeer.join(value, value));
        refuse(new byte[0]);
        refuse(new ByteWriter(8).descriptor(0x7a).put(TypeCode.NULL).toArray());
        refuse(new byte[] {TypeCode.LIST_0});
    }

    @Test
    void symbolicDescriptorsAreAsGoodAsNumbers() {
        ByteWriter out = new ByteWriter(64).put(TypeCode.DESCRIBED).symbol("amqp:properties:list");
        int list = out.beginCompound(TypeCode.LIST_32);
        out.string("id-2");
        out.endCompound(list, 1);
        out.put(TypeCode.DESCRIBED)
                .symbol("amqp:data:binary")
                .put(TypeCode.BINARY_8)
                .put(0);
        assertEquals("id-2", read(out.toArray()).messageId());
    }

    @Test
    void everyPrefixOfAMessageIsEitherReadOrRefused() {
        byte[] whole = encode(annotated(Map.of("x-opt-delivery-delay", 5, "k", "v")));
        for (int length = 0; length < whole.length; length++) {
            byte[] prefix = Arrays.copyOf(whole, length);
            try {
                reader.read(prefix, 0, length, NOW);
            } catch (MalformedDataException e) {
                assertTrue(e.getMessage() != null);
            }
        }
    }

    @Test
    void anyMessageWithWrongBytesIsEitherReadOrRefused() {
        byte[] whole = encode(annotated(Map.of("x-opt-delivery-delay", 5, "k", List.of("v", 2))));
        Random random = new Random(11);
        for (int i = 0; i < 200_000; i++) {
            byte[] wrong = whole.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
            }
            try {
                Message read = reader.read(wrong, 0, wrong.length, NOW);
                assertTrue(read.payload().length <= wrong.length);
            } catch (MalformedDataException e) {
                assertTrue(e.getMessage() != null);
            }
        }
    }

    @Test
    void lengthsBeyondTheBytesAreRefused() {
        refuse(new ByteWriter(16)
                .descriptor(Descriptor.DATA)
                .put(TypeCode.BINARY_32)
                .putInt(Integer.MAX_VALUE)
                .toArray());
        refuse(new ByteWriter(16)
                .descriptor(Descriptor.DATA)
                .put(TypeCode.BINARY_32)
                .putInt(-1)
                .toArray());
        refuse(new ByteWriter(16)
                .descriptor(Descriptor.MESSAGE_ANNOTATIONS)
                .put(TypeCode.MAP_32)
                .putInt(4)
                .putInt(-2)
                .toArray());
        refuse(new ByteWriter(16)
                .descriptor(Descriptor.MESSAGE_ANNOTATIONS)
                .put(TypeCode.MAP_8)
                .put(3)
                .put(1)
                .put(TypeCode.NULL)
                .put(TypeCode.NULL)
                .toArray());
    }

    @Test
    void absurdNestingIsRefused() {
        ByteWriter out = new ByteWriter(100_000).descriptor(Descriptor.AMQP_VALUE);
        for (int i = 0; i < 90_000; i++) {
            out.put(TypeCode.DESCRIBED);
        }
        refuse(out.toArray());
    }

    private Message read(org.apache.qpid.proton.message.Message message) {
        return read(encode(message));
    }

    private Message read(byte[] encoded) {
        return reader.read(encoded, 0, encoded.length, NOW);
    }

    private void refuse(byte[] encoded) {
        assertThrows(MalformedDataException.class, () -> read(encoded));
    }

    private static org.apache.qpid.proton.message.Message annotated(Map<String, Object> annotations) {
        org.apache.qpid.proton.message.Message message = Proton.message();
        Map<Symbol, Object> symbols = new LinkedHashMap<>();
        annotations.forEach((key, value) -> symbols.put(Symbol.valueOf(key), value));
        message.setMessageAnnotations(new MessageAnnotations(symbols));
        message.setBody(new Data(new Binary(new byte[] {1, 2, 3})));
        return message;
    }

    private static byte[] encode(org.apache.qpid.proton.message.Message message) {
        byte[] buffer = new byte[4096];
        return Arrays.copyOf(buffer, message.encode(buffer, 0, buffer.length));
    }

    /** Puts a map around the kept entries and has proton-j decode it. */
    private static Map<Symbol, Object> entries(Message message) {
        ByteWriter out = new ByteWriter(256).descriptor(Descriptor.MESSAGE_ANNOTATIONS);
        int map = out.beginCompound(TypeCode.MAP_32);
        out.put(message.payload(), 0, message.annotationsLength());
        out.endCompound(map, message.annotationsCount());
        org.apache.qpid.proton.message.Message decoded = Proton.message();
        decoded.decode(out.bytes(), 0, out.length());
        return decoded.getMessageAnnotations().getValue();
    }
}
