package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Selectors, subject patterns and starts on the wire, and with Qpid JMS. */
@Timeout(60)
class SelectingFrontTest {

    private static final long WAIT_MILLIS = 5_000;
    private static final long QUIET_MILLIS = 200;

    @TempDir
    Path directory;

    private EngineFront front;

    @BeforeEach
    void start() throws Exception {
        front = new EngineFront(directory);
    }

    @AfterEach
    void stop() throws Exception {
        front.close();
    }

    @Test
    void jmsConsumersOfAQueueEachGetWhatTheySelect() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer red = session.createConsumer(session.createQueue("emails"), "color = 'red'");
            MessageConsumer blue = session.createConsumer(session.createQueue("emails"), "color = 'blue' AND n < 9");
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            for (int i = 0; i < 6; i++) {
                TextMessage message = session.createTextMessage("message " + i);
                message.setStringProperty("color", i % 2 == 0 ? "red" : "blue");
                message.setIntProperty("n", i);
                producer.send(message);
            }
            producer.send(session.createTextMessage("no color"));
            for (int i = 0; i < 6; i++) {
                TextMessage message = (TextMessage) (i % 2 == 0 ? red : blue).receive(WAIT_MILLIS);
                assertNotNull(message, "message " + i);
                assertEquals("message " + i, message.getText());
            }
            assertNull(red.receive(QUIET_MILLIS));
            assertEquals(1, front.depth("emails"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "JMSPriority > 6",
                "JMSType = 'order.placed'",
                "JMSCorrelationID = 'c-1'",
                "JMSDeliveryMode = 'PERSISTENT' AND JMSPriority = 7",
                "JMSTimestamp > 0 AND JMSMessageID LIKE 'ID:%' AND JMSPriority BETWEEN 7 AND 8",
                "properties.subject LIKE 'order.%'",
                "amqp.annotation.x-opt-offset >= 1",
                "JMSXGroupID = 'g'",
                "count = 5 AND ratio > 0.5 AND yes = TRUE"
            })
    void fieldsOfHeaderPropertiesAndAnnotationsCanBeSelected(String selector) throws Exception {
        try (Connection connection = front.jms("?jms.validateSelector=false")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("work"));
            producer.send(session.createTextMessage("other"));
            producer.setPriority(7);
            TextMessage wanted = session.createTextMessage("wanted");
            wanted.setJMSType("order.placed");
            wanted.setJMSCorrelationID("c-1");
            wanted.setStringProperty("JMSXGroupID", "g");
            wanted.setIntProperty("count", 5);
            wanted.setDoubleProperty("ratio", 0.75);
            wanted.setBooleanProperty("yes", true);
            producer.send(wanted);
            Message received = session.createConsumer(session.createQueue("work"), selector)
                    .receive(WAIT_MILLIS);
            assertNotNull(received, selector);
            assertEquals("wanted", ((TextMessage) received).getText());
        }
    }

    @Test
    void aTopicsConsumerPassesOverWhatItDoesNotSelect() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createTopic("orders?subject=order.#"));
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            for (String type : new String[] {"stock.reserved", "order.placed.late", "order"}) {
                TextMessage message = session.createTextMessage(type);
                message.setJMSType(type);
                producer.send(message);
            }
            assertEquals("order.placed.late", ((TextMessage) consumer.receive(WAIT_MILLIS)).getText());
            assertEquals("order", ((TextMessage) consumer.receive(WAIT_MILLIS)).getText());
        }
    }

    @Test
    void anInvalidSelectorIsRefusedWithTheReason() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            assertThrows(
                    InvalidSelectorException.class,
                    () -> session.createConsumer(session.createQueue("emails"), "color ="));
        }
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(attach("emails", out -> filter(out, "x", symbol("amqp:sql-filter"), text("color ="))));
            assertTrue(peer.expect(Descriptor.ATTACH) != null);
            RawPeer.Frame detach = peer.expect(Descriptor.DETACH);
            assertTrue(detach.says("amqp:invalid-field"), "no condition");
            assertTrue(detach.says("expected '('"), "no reason");
        }
    }

    @Test
    void selectorsAreKnownByDescriptorUnderAnyKeyAndEchoedOthersAreNot() throws Exception {
        try (RawPeer peer = RawPeer.begun(front.port())) {
            Part[] descriptors = {
                symbol("apache.org:selector-filter:string"),
                out -> out.ulong(0x0000468C00000004L),
                symbol("amqp:sql-filter"),
                out -> out.ulong(0x120)
            };
            for (int i = 0; i < descriptors.length; i++) {
                int handle = i;
                peer.write(attach(handle, "emails", out -> {
                    filter(out, "any-key", descriptors[handle], text("color = 'red'"));
                    filter(out, "unknown-key", symbol("example.org:unknown"), text("whatever"));
                    filter(out, "no-local", symbol("apache.org:no-local-filter:list"), text("NoLocalFilter{}"));
                    return 6;
                }));
                RawPeer.Frame attach = peer.expect(Descriptor.ATTACH);
                assertTrue(attach.says("any-key"), "echo " + i);
                assertTrue(!attach.says("unknown-key"), "unknown filter echoed " + i);
                assertTrue(!attach.says("no-local"), "a filter that is not applied is echoed " + i);
            }
        }
    }

    private int received(RawPeer peer) throws Exception {
        peer.write(RawPeer.flow(0, 0, 1_000, 0, 10, true));
        int came = 0;
        while (peer.read().is(Descriptor.TRANSFER)) {
            came++;
        }
        return came;
    }

    @Test
    void aStartPlacesASubscriptionThatTheAddressMakesAndNoneThatIsThere() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            for (int i = 0; i < 3; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
        }
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(attach(0, "orders::by-address?offset=1", out -> 0));
            peer.expect(Descriptor.ATTACH);
            assertEquals(2, received(peer));
        }
        for (int time = 0; time < 2; time++) {
            try (RawPeer peer = RawPeer.begun(front.port())) {
                peer.write(attach(0, "orders::by-filter", out -> {
                    filter(out, "from", symbol("rabbitmq:stream-offset-spec"), text("first"));
                    return 2;
                }));
                assertEquals(time == 0, peer.expect(Descriptor.ATTACH).says("stream-offset-spec"), "time " + time);
                if (time == 0) {
                    assertEquals(3, received(peer));
                }
            }
        }
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(attach(0, "orders::beyond?offset=99", out -> 0));
            peer.expect(Descriptor.ATTACH);
            assertTrue(peer.expect(Descriptor.DETACH).says("offsets up to 3"));
        }
    }

    @Test
    void aStreamOffsetPlacesANewSubscriptionAndIsEchoedOnlyThen() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            for (int i = 0; i < 3; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
        }
        Part[] starts = {text("first"), symbol("last"), text("next"), out -> out.ulong(1), out -> out.timestamp(1)};
        int[] expected = {3, 1, 0, 2, 3};
        for (int i = 0; i < starts.length; i++) {
            int number = i;
            try (RawPeer peer = RawPeer.begun(front.port())) {
                Part start = starts[i];
                peer.write(attach(0, "orders", out -> {
                    filter(out, "from", symbol("rabbitmq:stream-offset-spec"), start);
                    return 2;
                }));
                assertTrue(peer.expect(Descriptor.ATTACH).says("stream-offset-spec"), "echo " + number);
                peer.write(RawPeer.flow(0, 0, 1_000, 0, 10, true));
                int came = 0;
                RawPeer.Frame frame = peer.read();
                while (frame.is(Descriptor.TRANSFER)) {
                    came++;
                    frame = peer.read();
                }
                assertEquals(expected[i], came, "start " + number);
            }
        }
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(attach(0, "emails", out -> {
                filter(out, "from", symbol("rabbitmq:stream-offset-spec"), text("first"));
                return 2;
            }));
            assertTrue(!peer.expect(Descriptor.ATTACH).says("stream-offset-spec"), "a queue has no start");
        }
    }

    // ---- attaches with filters

    private interface Part {
        void write(ByteWriter out);
    }

    private interface Filters {
        int write(ByteWriter out);
    }

    private static Part symbol(String value) {
        return out -> out.symbol(value);
    }

    private static Part text(String value) {
        return out -> out.string(value);
    }

    private static int filter(ByteWriter out, String key, Part descriptor, Part value) {
        out.symbol(key).put(TypeCode.DESCRIBED);
        descriptor.write(out);
        value.write(out);
        return 2;
    }

    private static byte[] attach(String address, Filters filters) {
        return attach(0, address, filters);
    }

    private static byte[] attach(int handle, String address, Filters filters) {
        return RawPeer.performative(0, Descriptor.ATTACH, out -> {
            out.string("link-" + handle)
                    .uint(handle)
                    .bool(true)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL);
            out.descriptor(0x28);
            int source = out.beginCompound(TypeCode.LIST_32);
            out.string(address);
            for (int i = 0; i < 6; i++) {
                out.put(TypeCode.NULL);
            }
            int map = out.beginCompound(TypeCode.MAP_32);
            out.endCompound(map, filters.write(out));
            out.endCompound(source, 8);
            out.descriptor(0x29);
            out.endCompound(out.beginCompound(TypeCode.LIST_32), 0);
            return 7;
        });
    }
}
