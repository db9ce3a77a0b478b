package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
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

/** Transacted sessions of Qpid JMS. */
@Timeout(60)
class JmsTransactionTest {

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

    private static void expect(MessageConsumer consumer, boolean redelivered, String... bodies) throws JMSException {
        for (String body : bodies) {
            TextMessage message = (TextMessage) consumer.receive(WAIT_MILLIS);
            assertNotNull(message, body);
            assertEquals(body, message.getText());
            assertEquals(redelivered, message.getJMSRedelivered(), body);
        }
    }

    @Test
    void sendsAndReceiptsBecomeVisibleTogether() throws Exception {
        try (Connection connection = front.jms("")) {
            Session plain = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            plain.createProducer(plain.createQueue("emails")).send(plain.createTextMessage("question"));
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            MessageProducer producer = session.createProducer(session.createQueue("answers"));
            MessageConsumer answers = plain.createConsumer(plain.createQueue("answers"));
            expect(consumer, false, "question");
            producer.send(session.createTextMessage("answer 1"));
            producer.send(session.createTextMessage("answer 2"));
            assertNull(answers.receive(QUIET_MILLIS));
            assertEquals(1, front.depth("emails"));
            session.commit();
            expect(answers, false, "answer 1", "answer 2");
            assertEquals(0, front.depth("emails"));
        }
    }

    @Test
    void aRollbackBringsBackWhatWasReceivedAndForgetsWhatWasSent() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            producer.send(session.createTextMessage("one"));
            producer.send(session.createTextMessage("two"));
            session.commit();
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            expect(consumer, false, "one", "two");
            producer.send(session.createTextMessage("never"));
            session.rollback();
            expect(consumer, true, "one", "two");
            session.commit();
            assertNull(consumer.receive(QUIET_MILLIS));
            assertEquals(0, front.depth("emails"));
        }
    }

    @Test
    void aLostConnectionRollsBack() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            producer.send(session.createTextMessage("never"));
            producer.send(session.createTextMessage("neither"));
        }
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            assertNull(session.createConsumer(session.createQueue("emails")).receive(QUIET_MILLIS));
        }
    }

    @Test
    void whatWasCommittedSurvivesARestart() throws Exception {
        try (Connection connection = front.jms("")) {
            Session session = connection.createSession(Session.SESSION_TRANSACTED);
            MessageProducer producer = session.createProducer(session.createQueue("emails"));
            for (int i = 0; i < 200; i++) {
                producer.send(session.createTextMessage("message " + i));
            }
            session.commit();
        }
        front.restart();
        assertEquals(200, front.depth("emails"));
    }
}
