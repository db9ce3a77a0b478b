package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.SchemaRequest;
import dev.millrace.broker.core.StartAt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.transport.Flow;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of a destination's settings, frame by frame, over the real engine. */
@Timeout(60)
class SettingsWireTest {

    private static final String QUEUE = "small";

    @TempDir
    Path directory;

    private EngineFront front;
    private RawPeer peer;
    /** Over the publisher's link. */
    private int sent;

    @BeforeEach
    void start() throws Exception {
        front = new EngineFront(directory);
        peer = RawPeer.begun(front.port());
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        front.close();
    }

    private static QueueSettings bound(long messages, WhenFull policy) {
        return QueueSettings.DEFAULT.withBounds(messages, 0, policy);
    }

    private void declare(QueueSettings settings) throws Exception {
        front.ask(new AdminRequest.DeclareQueue(QUEUE, settings));
    }

    private void attachPublisher(String address) throws IOException {
        peer.write(RawPeer.attachPublisher(0, "p", address));
        peer.expect(Descriptor.ATTACH);
    }

    /** Sends one and returns its outcome. */
    private RawPeer.Frame send(byte[] message) throws IOException {
        peer.write(RawPeer.transfer(0, sent++, false, message));
        return peer.expect(Descriptor.DISPOSITION);
    }

    private void sendAccepted(int body) throws IOException {
        assertEquals(Descriptor.ACCEPTED, send(RawPeer.message((byte) body)).stateCode());
    }

    /** What the publisher may still send, asked for by a flow that wants an answer. */
    private int credit() throws IOException {
        Flow flow = new Flow();
        flow.setNextIncomingId(UnsignedInteger.ZERO);
        flow.setIncomingWindow(UnsignedInteger.valueOf(1_000));
        flow.setNextOutgoingId(UnsignedInteger.valueOf(sent));
        flow.setOutgoingWindow(UnsignedInteger.valueOf(1_000));
        flow.setHandle(UnsignedInteger.ZERO);
        flow.setDeliveryCount(UnsignedInteger.valueOf(sent));
        flow.setLinkCredit(UnsignedInteger.ZERO);
        flow.setEcho(true);
        peer.write(Performatives.frame(flow));
        Flow answer = Performatives.expect(peer, Descriptor.FLOW, Flow.class);
        while (answer.getDeliveryCount().intValue() != sent) {
            answer = Performatives.expect(peer, Descriptor.FLOW, Flow.class);
        }
        return answer.getLinkCredit().intValue();
    }

    /** The bodies of what is there for a new consumer, which accepts it. */
    private List<Integer> received(String address) throws IOException {
        List<Integer> bodies = new ArrayList<>();
        try (RawPeer consumer = RawPeer.begun(front.port())) {
            consumer.write(RawPeer.attachConsumer(0, "c", address));
            consumer.expect(Descriptor.ATTACH);
            consumer.write(RawPeer.flow(0, 0, 1_000, 0, 100, true));
            RawPeer.Frame frame = consumer.read();
            while (frame.is(Descriptor.TRANSFER)) {
                bodies.add((int) frame.body()[frame.body().length - 1]);
                frame = consumer.read();
            }
            if (!bodies.isEmpty()) {
                // Not settled: answered when it is durable.
                consumer.write(RawPeer.disposition(0, bodies.size() - 1, false, Descriptor.ACCEPTED));
                consumer.expect(Descriptor.DISPOSITION);
            }
        }
        return bodies;
    }

    @Test
    void aSubscriptionThatBlocksTakesItsTopicsCreditAndGivesItBackWithRoom() throws Exception {
        front.ask(new AdminRequest.DeclareTopic("news", RetentionSettings.DEFAULT, 0));
        front.ask(new AdminRequest.DeclareSubscription(
                "news", "any", StartAt.EARLIEST, QueueSettings.SUBSCRIPTION_DEFAULT));
        front.ask(new AdminRequest.DeclareSubscription("news", "small", StartAt.EARLIEST, bound(2, WhenFull.BLOCK)));
        attachPublisher("news");
        for (int i = 0; i < 2; i++) {
            await().until(() -> credit() > 0);
            sendAccepted(i);
        }
        assertEquals(0, credit(), "credit for a topic with a subscription that is full");
        assertEquals(List.of(0, 1), received("news::any"));
        assertEquals(0, credit(), "what another subscription has read gives no room");
        assertEquals(List.of(0, 1), received("news::small"));
        Flow granted = Performatives.expect(peer, Descriptor.FLOW, Flow.class);
        assertTrue(granted.getLinkCredit().intValue() > 0, granted::toString);
    }

    @Test
    void aSubscriptionThatRejectsSaysWhichOneIsFull() throws Exception {
        front.ask(new AdminRequest.DeclareTopic("news", RetentionSettings.DEFAULT, 0));
        front.ask(new AdminRequest.DeclareSubscription("news", "small", StartAt.EARLIEST, bound(1, WhenFull.REJECT)));
        attachPublisher("news");
        sendAccepted(0);
        RawPeer.Frame refused = send(RawPeer.message((byte) 1));
        assertEquals(Descriptor.REJECTED, refused.stateCode());
        String said = new String(refused.body(), StandardCharsets.ISO_8859_1);
        assertTrue(said.contains("amqp:resource-limit-exceeded") && said.contains("'news::small' is full"), said);
        assertEquals(List.of(0), received("news::small"));
        sendAccepted(2);
    }

    @Test
    void aQueueThatBlocksGivesNoCreditWhileItIsFullAndGivesItWithRoomAgain() throws Exception {
        declare(bound(2, WhenFull.BLOCK));
        attachPublisher(QUEUE);
        for (int i = 0; i < 2; i++) {
            await().until(() -> credit() > 0);
            sendAccepted(i);
        }
        assertEquals(0, credit(), "credit for a queue that is full");
        assertEquals(List.of(0, 1), received(QUEUE));
        Flow granted = Performatives.expect(peer, Descriptor.FLOW, Flow.class);
        assertTrue(granted.getLinkCredit().intValue() > 0, granted::toString);
        sendAccepted(2);
    }

    @Test
    void aQueueThatRejectsSaysThatItIsFullAndItsLinkLives() throws Exception {
        declare(bound(1, WhenFull.REJECT));
        attachPublisher(QUEUE);
        sendAccepted(0);
        RawPeer.Frame rejected = send(RawPeer.message((byte) 1));
        assertEquals(Descriptor.REJECTED, rejected.stateCode());
        assertTrue(rejected.says("amqp:resource-limit-exceeded"), "no condition");
        assertTrue(rejected.says("'small' is full: 1 messages wait there, maxMessages is 1."), "no reason");
        assertTrue(credit() > 0, "publishers keep their credit");
        assertEquals(List.of(0), received(QUEUE));
        sendAccepted(2);
    }

    @Test
    void aQueueThatDropsTakesEverythingAndKeepsTheNewest() throws Exception {
        declare(bound(2, WhenFull.DROP_OLDEST));
        attachPublisher(QUEUE);
        for (int i = 0; i < 5; i++) {
            sendAccepted(i);
        }
        assertEquals(List.of(3, 4), received(QUEUE));
    }

    @Test
    void aSubscriptionThatDropsDoesSoForItselfAlone() throws Exception {
        front.ask(new AdminRequest.DeclareSubscription(
                "orders", "recent", StartAt.LATEST, bound(2, WhenFull.DROP_OLDEST)));
        front.ask(new AdminRequest.DeclareSubscription(
                "orders", "slow", StartAt.LATEST, QueueSettings.SUBSCRIPTION_DEFAULT));
        attachPublisher("orders");
        for (int i = 0; i < 5; i++) {
            sendAccepted(i);
        }
        assertTrue(credit() > 0, "a reader without a bound stops the topic");
        assertEquals(List.of(3, 4), received("orders::recent"));
        assertEquals(List.of(0, 1, 2, 3, 4), received("orders::slow"));
    }

    @Test
    void anIdThatCameBeforeIsAcceptedAndNotStored() throws Exception {
        declare(QueueSettings.DEFAULT.withDuplicateWindow(60_000));
        attachPublisher(QUEUE);
        for (String id : List.of("one", "one", "two", "one")) {
            Message message = Proton.message();
            message.setMessageId(id);
            message.setBody(new AmqpValue(id));
            assertEquals(Descriptor.ACCEPTED, send(encoded(message)).stateCode(), id);
        }
        assertEquals(2, front.depth(QUEUE));
    }

    @Test
    void aMessageThatDoesNotConformToItsSchemaIsRejectedAndItsLinkLives() throws Exception {
        front.ask(new SchemaRequest.Declare("orders", "order.placed", "{\"required\": [\"orderId\"]}"));
        attachPublisher("orders");
        Message message = Proton.message();
        message.setSubject("order.placed");
        message.setBody(new AmqpValue(Map.of("order", "7")));
        RawPeer.Frame rejected = send(encoded(message));
        assertEquals(Descriptor.REJECTED, rejected.stateCode());
        assertTrue(rejected.says("amqp:precondition-failed"), "no condition");
        assertTrue(rejected.says("required property 'orderId' not found"), "no reason");
        message.setBody(new AmqpValue(Map.of("orderId", "7")));
        assertEquals(Descriptor.ACCEPTED, send(encoded(message)).stateCode());
        assertEquals(1, front.depth("orders"));
    }

    private static byte[] encoded(Message message) {
        byte[] buffer = new byte[1_000];
        int length = message.encode(buffer, 0, buffer.length);
        return Arrays.copyOf(buffer, length);
    }

    @Test
    void aPausedQueueTakesMessagesAndHandsThemOutWhenItIsResumed() throws Exception {
        declare(QueueSettings.DEFAULT);
        front.ask(new AdminRequest.SetPaused(DestinationView.Kind.QUEUE, QUEUE, true));
        attachPublisher(QUEUE);
        sendAccepted(7);
        assertEquals(List.of(), received(QUEUE));
        peer.write(RawPeer.attachConsumer(1, "c", QUEUE));
        peer.expect(Descriptor.ATTACH);
        peer.write(RawPeer.flow(1, 0, 1_000, 0, 1, false));
        front.ask(new AdminRequest.SetPaused(DestinationView.Kind.QUEUE, QUEUE, false));
        peer.expect(Descriptor.TRANSFER);
    }
}
