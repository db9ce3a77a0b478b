package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.Random;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Qpid JMS as an unmodified client. */
@Timeout(30)
class JmsClientTest {

    private static final long WAIT_MILLIS = 5_000;

    @Test
    void sendsAndReceives() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                Connection connection = connect(front, "")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            for (int i = 0; i < 100; i++) {
                producer.send(session.createTextMessage("message " + i));
            }
            for (int i = 0; i < 100; i++) {
                TextMessage message = (TextMessage) consumer.receive(WAIT_MILLIS);
                assertNotNull(message, "message " + i);
                assertEquals("message " + i, message.getText());
            }
        }
    }

    @Test
    void sendsAndReceivesLargeMessagesInSmallFrames() throws Exception {
        byte[] body = new byte[300_000];
        new Random(7).nextBytes(body);
        try (AmqpFront front = AmqpFront.start();
                Connection connection = connect(front, "?amqp.maxFrameSize=512")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("large"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("large"));
            BytesMessage sent = session.createBytesMessage();
            sent.writeBytes(body);
            producer.send(sent);
            BytesMessage received = (BytesMessage) consumer.receive(WAIT_MILLIS);
            assertNotNull(received);
            byte[] came = new byte[(int) received.getBodyLength()];
            received.readBytes(came);
            assertArrayEquals(body, came);
        }
    }

    @Test
    void aRefusedLinkLeavesTheOthersAlone() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                Connection connection = connect(front, "")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            assertThrows(JMSException.class, () -> session.createProducer(session.createQueue("missing")));
            assertThrows(JMSException.class, () -> session.createConsumer(session.createQueue("missing")));
            producer.send(session.createTextMessage("still here"));
            assertEquals(1, front.statistics().publishers());
            assertEquals(2, front.statistics().linksRefused());
        }
    }

    @Test
    void anAnonymousProducerSendsByAddress() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                Connection connection = connect(front, "")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(null);
            producer.send(session.createQueue("one"), session.createTextMessage("for one"));
            producer.send(session.createQueue("two"), session.createTextMessage("for two"));
            MessageConsumer consumer = session.createConsumer(session.createQueue("two"));
            assertEquals("for two", ((TextMessage) consumer.receive(WAIT_MILLIS)).getText());
        }
    }

    @Test
    void aRejectedMessageFailsItsSend() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                Connection connection = connect(front, "")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createQueue("full"));
            JMSException refused =
                    assertThrows(JMSException.class, () -> producer.send(session.createTextMessage("too much")));
            assertEquals(true, refused.getMessage().contains("the queue is full"), refused.getMessage());
        }
    }

    private static Connection connect(AmqpFront front, String options) throws JMSException {
        Connection connection =
                new JmsConnectionFactory("amqp://127.0.0.1:" + front.port() + options).createConnection();
        connection.start();
        return connection;
    }
}
