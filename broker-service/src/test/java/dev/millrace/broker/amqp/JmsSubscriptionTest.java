package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Durable and shared subscriptions and temporary destinations, with Qpid JMS as it is. */
@Timeout(60)
class JmsSubscriptionTest {

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

    private static Session session(Connection connection) throws JMSException {
        return connection.createSession(Session.AUTO_ACKNOWLEDGE);
    }

    private void publish(String... bodies) throws JMSException {
        try (Connection connection = front.jms("")) {
            Session session = session(connection);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            for (String body : bodies) {
                TextMessage message = session.createTextMessage(body);
                message.setStringProperty("kind", body.substring(0, 1));
                producer.send(message);
            }
        }
    }

    private static void expect(MessageConsumer consumer, String... bodies) throws JMSException {
        for (String body : bodies) {
            TextMessage message = (TextMessage) consumer.receive(WAIT_MILLIS);
            assertNotNull(message, body);
            assertEquals(body, message.getText());
        }
    }

    @Test
    void aDurableSubscriptionKeepsWhatComesWhileItsConsumerIsAwayAndWhileTheBrokerRestarts() throws Exception {
        try (Connection connection = front.jms("?jms.clientID=client-1")) {
            Session session = session(connection);
            MessageConsumer consumer = session.createDurableConsumer(session.createTopic("orders"), "prices");
            publish("a1");
            expect(consumer, "a1");
            consumer.close();
        }
        publish("a2");
        front.restart();
        publish("a3");
        try (Connection connection = front.jms("?jms.clientID=client-1")) {
            Session session = session(connection);
            MessageConsumer consumer = session.createDurableConsumer(session.createTopic("orders"), "prices");
            expect(consumer, "a2", "a3");
        }
    }

    @Test
    void unsubscribingEndsADurableSubscriptionOnceItsConsumerIsGone() throws Exception {
        try (Connection connection = front.jms("?jms.clientID=client-1")) {
            Session session = session(connection);
            MessageConsumer consumer = session.createDurableConsumer(session.createTopic("orders"), "prices");
            assertTrue(front.exists("orders::client-1:prices"));
            assertThrows(JMSException.class, () -> session.unsubscribe("prices"));
            consumer.close();
            assertTrue(front.exists("orders::client-1:prices"));
            session.unsubscribe("prices");
            assertFalse(front.exists("orders::client-1:prices"));
            assertThrows(JMSException.class, () -> session.unsubscribe("prices"));
        }
    }

    @Test
    void anotherSelectorStartsADurableSubscriptionAnew() throws Exception {
        try (Connection connection = front.jms("?jms.clientID=client-1")) {
            Session session = session(connection);
            Topic topic = session.createTopic("orders");
            session.createDurableConsumer(topic, "prices", "kind = 'a'", false).close();
            publish("a1", "b1");
            MessageConsumer same = session.createDurableConsumer(topic, "prices", "kind = 'a'", false);
            expect(same, "a1");
            same.close();
            publish("a2", "b2");
            MessageConsumer other = session.createDurableConsumer(topic, "prices", "kind = 'b'", false);
            publish("a3", "b3");
            expect(other, "b3");
        }
    }

    @Test
    void sharedDurableConsumersOfSeveralConnectionsShareAndTheSubscriptionStays() throws Exception {
        try (Connection one = front.jms("");
                Connection two = front.jms("")) {
            Session first = session(one);
            Session second = session(two);
            MessageConsumer a = first.createSharedDurableConsumer(first.createTopic("orders"), "workers");
            MessageConsumer b = second.createSharedDurableConsumer(second.createTopic("orders"), "workers");
            assertTrue(front.exists("orders::workers"));
            publish("a1", "a2", "a3", "a4");
            int count = 0;
            for (MessageConsumer consumer : new MessageConsumer[] {a, b}) {
                while (consumer.receive(QUIET_MILLIS * 2) != null) {
                    count++;
                }
            }
            assertEquals(4, count);
            assertThrows(
                    JMSException.class,
                    () -> second.createSharedDurableConsumer(second.createTopic("orders"), "workers", "kind = 'a'"));
            a.close();
            b.close();
            publish("a5");
            expect(first.createConsumer(first.createQueue("orders::workers")), "a5");
        }
    }

    @Test
    void aSharedSubscriptionThatIsNotDurableEndsWithItsLastConsumer() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = session(connection);
            Topic topic = session.createTopic("orders");
            MessageConsumer a = session.createSharedConsumer(topic, "viewers");
            MessageConsumer b = session.createSharedConsumer(topic, "viewers");
            publish("a1", "a2");
            Message first = a.receive(WAIT_MILLIS);
            Message second = b.receive(WAIT_MILLIS);
            assertNotNull(first);
            assertNotNull(second);
            a.close();
            publish("a3");
            expect(b, "a3");
            b.close();
            publish("a4");
            assertNull(session.createSharedConsumer(topic, "viewers").receive(QUIET_MILLIS));
        }
    }

    @Test
    void repliesComeThroughATemporaryQueueWhichGoesWithItsConnection() throws Exception {
        TemporaryQueue replies;
        try (Connection server = front.jms("")) {
            Session serving = session(server);
            MessageConsumer requests = serving.createConsumer(serving.createQueue("requests"));
            try (Connection client = front.jms("")) {
                Session asking = session(client);
                replies = asking.createTemporaryQueue();
                MessageConsumer answers = asking.createConsumer(replies);
                TextMessage question = asking.createTextMessage("question");
                question.setJMSReplyTo(replies);
                asking.createProducer(asking.createQueue("requests")).send(question);
                Message asked = requests.receive(WAIT_MILLIS);
                serving.createProducer(asked.getJMSReplyTo()).send(serving.createTextMessage("answer"));
                expect(answers, "answer");
            }
            TemporaryQueue gone = replies;
            assertThrows(JMSException.class, () -> serving.createProducer(serving.createQueue(gone.getQueueName()))
                    .send(serving.createMessage()));
            assertFalse(front.exists(gone.getQueueName()));
        }
    }

    @Test
    void aTemporaryTopicReachesAllItsConsumers() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = session(connection);
            TemporaryTopic topic = session.createTemporaryTopic();
            MessageConsumer one = session.createConsumer(topic);
            MessageConsumer two = session.createConsumer(topic);
            session.createProducer(topic).send(session.createTextMessage("news"));
            expect(one, "news");
            expect(two, "news");
        }
    }

    @Test
    void whatWasTemporaryLeavesNothingForTheNextStart() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = session(connection);
            TemporaryQueue queue = session.createTemporaryQueue();
            session.createProducer(queue).send(session.createTextMessage("lost"));
            publish("a1");
        }
        front.restart();
        publish("a2");
        assertEquals(2, front.depth("orders::inventory"));
    }

    @Test
    void aClientIdIsInUseByOneConnectionAtATime() throws Exception {
        try (Connection first = front.jms("?jms.clientID=client-1")) {
            assertThrows(InvalidClientIDException.class, () -> front.jms("?jms.clientID=client-1"));
            session(first).createProducer(null);
        }
        front.jms("?jms.clientID=client-1").close();
    }

    @Test
    void aDelayedAndAnUrgentMessage() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = session(connection);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            producer.setDeliveryDelay(300);
            producer.send(session.createTextMessage("later"));
            producer.setDeliveryDelay(0);
            producer.setPriority(9);
            producer.send(session.createTextMessage("now"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            Message now = consumer.receive(WAIT_MILLIS);
            assertEquals("now", ((TextMessage) now).getText());
            assertEquals(9, now.getJMSPriority());
            expect(consumer, "later");
        }
    }
}
