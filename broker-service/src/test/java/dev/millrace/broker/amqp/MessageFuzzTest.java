package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Message;
import java.util.Arrays;
import java.util.List;

/** Bytes that may or may not be a message: refused, or stored and handed on as they were. */
class MessageFuzzTest {

    private static final long NOW = 1_800_000_000_000L;
    /** Made when it is named; takes more messages than there are inputs. */
    private static final String QUEUE = "messages";

    private static final Death DEATH =
            new Death("emails", "emails", Death.Reason.REJECTED, NOW, 5, "container", "link", "an error");

    private final MessageReader reader = new MessageReader();
    private final DeliveryPrefix prefix = new DeliveryPrefix();

    @FuzzTest(maxDuration = "20s")
    void anyMessageIsRefusedOrHandedOnAsItWas(byte[] bytes) {
        if (bytes.length <= EmbeddedFront.SETTINGS.maxMessageBytes()) {
            FuzzedFront.play(front -> publishAndRead(front, bytes));
        }
    }

    private void publishAndRead(EmbeddedFront front, byte[] bytes) {
        Message message;
        try {
            message = reader.read(bytes, 0, bytes.length, NOW);
        } catch (MalformedDataException e) {
            assertRejected(front, bytes);
            return;
        }
        assertHandedOn(message, List.of());
        assertHandedOn(message, List.of(DEATH));
        assertStored(front, bytes);
    }

    /** What is delivered is read as what was published. */
    private void assertHandedOn(Message message, List<Death> deaths) {
        byte[] payload = prefix.encode(new Delivery(1, message, 2, NOW, 3, NOW + 4, 2, deaths), false, NOW);
        byte[] delivered = RawPeer.join(Arrays.copyOf(prefix.bytes(), prefix.length()), payload);
        Message read = reader.read(delivered, 0, delivered.length, NOW);
        assertEquals(message.messageId(), read.messageId());
        assertEquals(message.orderingKey(), read.orderingKey());
        assertEquals(message.priority(), read.priority());
        assertEquals(message.durable(), read.durable());
    }

    private static void assertRejected(EmbeddedFront front, byte[] bytes) {
        assertTrue(publish(front, bytes).says("decode-error"));
    }

    /** To a queue, and to whatever address the message names itself. */
    private static void assertStored(EmbeddedFront front, byte[] bytes) {
        assertTrue(publish(front, bytes).says("S$"));
        EmbeddedPeer consumer = front.connect().begin(AmqpSettings.MIN_MAX_FRAME_SIZE);
        consumer.write(RawPeer.attachConsumer(0, "in", QUEUE));
        consumer.write(RawPeer.flow(0, 0, 1_000, 0, 4, false));
        front.pass(4_000);
        consumer.write(RawPeer.disposition(0, 3, true, Descriptor.ACCEPTED));
        front.settle();
    }

    /** The answer to it. */
    private static RawPeer.Frame publish(EmbeddedFront front, byte[] bytes) {
        EmbeddedPeer peer = front.connect().begin(65_536);
        peer.write(RawPeer.attachPublisher(0, "anonymous", null));
        peer.write(RawPeer.attachPublisher(1, "named", QUEUE));
        front.settle();
        transfer(peer, 0, bytes);
        front.settle();
        peer.frames().clear();
        transfer(peer, 1, bytes);
        return peer.expect(Descriptor.DISPOSITION);
    }

    /** As delivery n on handle n, in frames that are far from full. */
    private static void transfer(EmbeddedPeer peer, int handle, byte[] bytes) {
        int part = 1_000;
        for (int from = 0; from == 0 || from < bytes.length; from += part) {
            int to = Math.min(bytes.length, from + part);
            peer.write(RawPeer.transfer(handle, handle, to < bytes.length, Arrays.copyOfRange(bytes, from, to)));
        }
    }
}
