package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.DestinationView;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What addresses mean, and what an unknown one makes. */
@Timeout(60)
class AddressingFrontTest {

    private static final long WAIT_MILLIS = 5_000;
    private static final long QUIET_MILLIS = 200;

    @TempDir
    Path directory;

    private EngineFront front;

    @AfterEach
    void stop() throws Exception {
        front.close();
    }

    private static String received(MessageConsumer consumer) throws Exception {
        TextMessage message = (TextMessage) consumer.receive(WAIT_MILLIS);
        assertNotNull(message, "nothing came");
        return message.getText();
    }

    private DestinationView.Kind kind(String name) throws Exception {
        return front.describe().stream()
                .filter(view -> view.name().equals(name))
                .findFirst()
                .orElseThrow()
                .kind();
    }

    @Test
    void anUnknownNameMakesATopicWhereTheTerminusSaysSoAndAQueueElse() throws Exception {
        front = new EngineFront(directory);
        try (Connection connection = front.jms("");
                RawPeer peer = RawPeer.begun(front.port())) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createTopic("news"));
            session.createConsumer(session.createTopic("more-news"));
            peer.write(RawPeer.attachPublisher(0, "p", "jobs"));
            peer.expect(Descriptor.ATTACH);
            peer.expect(Descriptor.FLOW);
            assertEquals(DestinationView.Kind.TOPIC, kind("news"));
            assertEquals(DestinationView.Kind.TOPIC, kind("more-news"));
            assertEquals(DestinationView.Kind.QUEUE, kind("jobs"));
        }
    }

    @Test
    void theLongFormOfAnAddressNamesTheSame() throws Exception {
        front = new EngineFront(directory);
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createQueue("/queues/emails")).send(session.createTextMessage("job"));
            session.createProducer(session.createTopic("/topics/orders")).send(session.createTextMessage("event"));
            assertEquals("job", received(session.createConsumer(session.createQueue("emails"))));
            assertEquals("event", received(session.createConsumer(session.createQueue("/topics/orders::inventory"))));
            session.createProducer(session.createQueue("/queues/a%2Fb%20c")).send(session.createTextMessage("odd"));
            assertTrue(front.exists("a/b c"));
            assertFalse(front.exists("/queues/emails"));
        }
    }

    @Test
    void withoutCreationOnFirstUseAnUnknownAddressIsRefusedAndAKnownOneIsNot() throws Exception {
        front = new EngineFront(directory, false);
        try (Connection connection = front.jms("");
                RawPeer peer = RawPeer.begun(front.port())) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            assertThrows(
                    InvalidDestinationException.class, () -> session.createProducer(session.createQueue("unknown")));
            assertThrows(
                    InvalidDestinationException.class,
                    () -> session.createConsumer(session.createQueue("orders::unknown")));
            session.createProducer(session.createQueue("emails")).send(session.createTextMessage("job"));
            peer.write(RawPeer.attachConsumer(0, "c", "unknown"));
            peer.expect(Descriptor.ATTACH);
            assertTrue(peer.expect(Descriptor.DETACH).says("amqp:not-found"));
            assertFalse(front.exists("unknown"));
            assertFalse(front.exists("orders::unknown"));
        }
    }

    @Test
    void receiversOnOneSubscriptionShareAndReceiversOnTheTopicHaveEachTheirOwn() throws Exception {
        front = new EngineFront(directory);
        try (Connection connection = front.jms("?jms.prefetchPolicy.all=1")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            producer.send(session.createTextMessage("before"));
            MessageConsumer first = session.createConsumer(session.createTopic("orders"));
            MessageConsumer second = session.createConsumer(session.createTopic("orders"));
            producer.send(session.createTextMessage("after"));
            assertEquals("after", received(first));
            assertEquals("after", received(second));
            MessageConsumer one = session.createConsumer(session.createQueue("orders::inventory"));
            MessageConsumer other = session.createConsumer(session.createQueue("orders::inventory"));
            assertEquals("before", received(one));
            assertEquals("after", received(other));
            assertNull(one.receive(QUIET_MILLIS));
            assertNull(other.receive(QUIET_MILLIS));
            first.close();
            assertEquals(
                    1,
                    front.describe().stream()
                            .filter(view -> view.kind() == DestinationView.Kind.SUBSCRIPTION)
                            .count(),
                    "private subscriptions are not durable");
        }
    }

    @Test
    void aMessageThatIsNotDurableByItsHeaderIsKeptAllTheSame() throws Exception {
        front = new EngineFront(directory);
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            producer.send(session.createTextMessage("kept"));
            // Answered in order: when this one is accepted, so is the one before.
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producer.send(session.createTextMessage("kept, too"));
        }
        front.restart();
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            assertEquals("kept", received(consumer));
            assertEquals("kept, too", received(consumer));
        }
    }

    @Test
    void aFilterThatKeepsAConsumersOwnMessagesAwayIsNotApplied() throws Exception {
        front = new EngineFront(directory);
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createTopic("orders"), null, true);
            session.createProducer(session.createTopic("orders")).send(session.createTextMessage("own"));
            assertEquals("own", received(consumer));
        }
    }
}
