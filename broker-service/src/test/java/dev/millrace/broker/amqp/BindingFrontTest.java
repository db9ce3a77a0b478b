package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Selection;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
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

/** What clients publish to a topic comes out of the queues that are bound to it. */
@Timeout(60)
class BindingFrontTest {

    private static final long WAIT_MILLIS = 5_000;
    private static final long QUIET_MILLIS = 200;

    @TempDir
    Path directory;

    private EngineFront front;

    @BeforeEach
    void start() throws Exception {
        front = new EngineFront(directory);
        front.ask(new AdminRequest.Bind("orders", "audit", new Selection("size > 3", "order.*")));
    }

    @AfterEach
    void stop() throws Exception {
        front.close();
    }

    private static TextMessage message(Session session, String subject, int size) throws JMSException {
        TextMessage message = session.createTextMessage(subject + " " + size);
        message.setJMSType(subject);
        message.setIntProperty("size", size);
        return message;
    }

    private static void expect(MessageConsumer consumer, String... bodies) throws JMSException {
        for (String body : bodies) {
            Message message = consumer.receive(WAIT_MILLIS);
            assertNotNull(message, body);
            assertEquals(body, ((TextMessage) message).getText());
        }
        assertNull(consumer.receive(QUIET_MILLIS));
    }

    @Test
    void subjectAndSelectorDecideWhatGoesIntoTheQueue() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer audit = session.createConsumer(session.createQueue("audit"));
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            producer.send(message(session, "order.placed", 4));
            producer.send(message(session, "order.placed", 3));
            producer.send(message(session, "stock.reserved", 9));
            producer.send(message(session, "order.confirmed", 5));
            expect(audit, "order.placed 4", "order.confirmed 5");
            assertEquals(4, front.depth("orders::inventory"));
        }
    }

    @Test
    void aMessageThatNamesItsDestinationItselfIsRoutedToo() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer anonymous = session.createProducer(null);
            anonymous.send(session.createTopic("orders"), message(session, "order.placed", 4));
            expect(session.createConsumer(session.createQueue("audit")), "order.placed 4");
        }
    }

    @Test
    void aTransactionRoutesWithItsCommitOnly() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            producer.send(message(session, "order.undone", 4));
            session.rollback();
            producer.send(message(session, "order.placed", 4));
            producer.send(message(session, "order.placed", 5));
            assertEquals(0, front.depth("audit"));
            session.commit();
            assertEquals(2, front.depth("audit"));
            assertEquals(2, front.depth("orders"));
        }
    }

    @Test
    void aDelayedMessageIsRoutedAtOnceAndDeliveredLater() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer audit = session.createConsumer(session.createQueue("audit"));
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            producer.setDeliveryDelay(300);
            long before = System.currentTimeMillis();
            producer.send(message(session, "order.placed", 4));
            assertEquals(1, front.depth("audit"));
            expect(audit, "order.placed 4");
            assertTrue(System.currentTimeMillis() - before >= 300, "delivered early");
        }
    }

    @Test
    void aBindingAndWhatItRoutedAreThereAfterARestart() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createTopic("orders")).send(message(session, "order.placed", 4));
        }
        front.restart();
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createTopic("orders")).send(message(session, "order.placed", 5));
            expect(session.createConsumer(session.createQueue("audit")), "order.placed 4", "order.placed 5");
        }
    }
}
