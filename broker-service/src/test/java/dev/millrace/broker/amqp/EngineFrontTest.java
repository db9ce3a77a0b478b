package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.TopicSettings;
import dev.millrace.broker.engine.BrokerEngine;
import dev.millrace.broker.engine.EngineSettings;
import dev.millrace.broker.log.FileStorage;
import io.vertx.core.Vertx;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The front over the real engine and a log on disk. */
@Timeout(60)
class EngineFrontTest {

    private static final long LIMIT_SECONDS = 30;
    private static final long WAIT_MILLIS = 5_000;
    private static final QueueSettings QUICK =
            new QueueSettings(1_000, 3, new QueueSettings.Backoff(10, 1.0, 10, 0), 30_000);

    @TempDir
    Path directory;

    private Vertx vertx;
    private FileStorage storage;
    private BrokerEngine engine;
    private AmqpServer server;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        storage = FileStorage.open(directory);
        EngineSettings settings = EngineSettings.DEFAULT.withSegmentBytes(1 << 20);
        engine = BrokerEngine.start(storage, settings, System::currentTimeMillis, failure -> {});
        CompletableFuture<Void> declared = new CompletableFuture<>();
        engine.submit(new Command.Declare(
                Map.of("emails", QUICK),
                Map.of(
                        "orders",
                        new TopicSettings(
                                RetentionSettings.DEFAULT, Map.of("inventory", QUICK, "notification", QUICK))),
                declared));
        declared.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        server = new AmqpServer(vertx, engine, AmqpFront.settings());
        await(server.start());
    }

    @AfterEach
    void stop() throws Exception {
        await(server.stop());
        engine.close();
        storage.close();
        await(vertx.close());
    }

    private static void await(io.vertx.core.Future<?> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void everySubscriptionGetsEveryMessage() throws Exception {
        try (Connection connection = connect()) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageProducer producer = session.createProducer(session.createTopic("orders"));
            for (int i = 0; i < 50; i++) {
                producer.send(session.createTextMessage("order " + i));
            }
            for (String name : List.of("orders::inventory", "orders::notification")) {
                MessageConsumer consumer = session.createConsumer(session.createQueue(name));
                for (int i = 0; i < 50; i++) {
                    TextMessage message = (TextMessage) consumer.receive(WAIT_MILLIS);
                    assertNotNull(message, name + " " + i);
                    assertEquals("order " + i, message.getText());
                }
                consumer.close();
            }
        }
    }

    @Test
    void whatWasAcceptedIsThereAfterARestart() throws Exception {
        try (Connection connection = connect()) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            session.createProducer(session.createQueue("emails")).send(session.createTextMessage("kept"));
        }
        stop();
        start();
        try (Connection connection = connect()) {
            Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
            MessageConsumer consumer = session.createConsumer(session.createQueue("emails"));
            assertEquals("kept", ((TextMessage) consumer.receive(WAIT_MILLIS)).getText());
            assertNull(consumer.receiveNoWait());
        }
    }

    @Test
    void aDroppedConnectionIsAFailedAttempt() throws Exception {
        publish("emails");
        for (int attempt = 0; attempt < 3; attempt++) {
            try (RawPeer consumer = consume("emails")) {
                Message message = receive(consumer);
                assertEquals(
                        UnsignedInteger.valueOf(attempt), message.getHeader().getDeliveryCount());
                assertEquals(attempt == 0, message.getHeader().getFirstAcquirer());
                assertEquals(UnsignedLong.ZERO, annotation(message, "x-opt-offset"));
            }
        }
        try (RawPeer consumer = consume("emails/$deadletterqueue")) {
            Message message = receive(consumer);
            assertEquals("attempts-exhausted", annotation(message, "DeadLetterReason"));
            assertEquals("emails", annotation(message, "x-opt-ORIG-QUEUE"));
        }
    }

    @Test
    void aRejectedMessageIsADeadLetterAtOnce() throws Exception {
        publish("orders");
        try (RawPeer consumer = consume("orders::inventory")) {
            receive(consumer);
            consumer.write(RawPeer.disposition(0, 0, true, Descriptor.REJECTED));
            try (RawPeer dead = consume("orders::inventory/$deadletterqueue")) {
                Message message = receive(dead);
                assertEquals("rejected", annotation(message, "DeadLetterReason"));
                assertEquals("orders", annotation(message, "x-opt-ORIG-ADDRESS"));
                assertEquals("orders::inventory", annotation(message, "x-opt-ORIG-QUEUE"));
                Map<?, ?> death = (Map<?, ?>) ((List<?>) annotation(message, "x-opt-deaths")).getFirst();
                assertEquals("raw", death.get("container"));
                assertEquals("c", death.get("link"));
            }
        }
    }

    @Test
    void aReleasedMessageComesBackUncounted() throws Exception {
        publish("emails");
        try (RawPeer consumer = consume("emails")) {
            receive(consumer);
            consumer.write(RawPeer.disposition(0, 0, true, Descriptor.RELEASED));
            assertEquals(UnsignedInteger.ZERO, receive(consumer).getHeader().getDeliveryCount());
        }
    }

    @Test
    void manyMessagesGoThroughWithLittleCredit() throws Exception {
        int count = 500;
        try (RawPeer publisher = publisher("emails");
                RawPeer consumer = RawPeer.begun(server.port())) {
            for (int i = 0; i < count; i++) {
                publisher.write(RawPeer.transfer(0, i, false, RawPeer.message((byte) i)));
            }
            consumer.write(RawPeer.attachConsumer(0, "c", "emails"));
            consumer.expect(Descriptor.ATTACH);
            for (int i = 0; i < count; i++) {
                consumer.write(RawPeer.flow(0, 0, 1_000_000, i, 1, false));
                RawPeer.Frame frame = consumer.expect(Descriptor.TRANSFER);
                assertEquals((byte) i, frame.body()[frame.body().length - 1]);
                consumer.write(RawPeer.disposition(i, i, true, Descriptor.ACCEPTED));
            }
            consumer.write(RawPeer.flow(0, 0, 1_000_000, count, 10, true));
            assertTrue(consumer.expect(Descriptor.FLOW).is(Descriptor.FLOW));
        }
    }

    private RawPeer publisher(String address) throws IOException {
        RawPeer peer = RawPeer.begun(server.port());
        peer.write(RawPeer.attachPublisher(0, "p", address));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
        return peer;
    }

    private void publish(String address) throws IOException {
        try (RawPeer peer = publisher(address)) {
            peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            peer.expect(Descriptor.DISPOSITION);
        }
    }

    private RawPeer consume(String address) throws IOException {
        RawPeer peer = RawPeer.begun(server.port());
        peer.write(RawPeer.attachConsumer(0, "c", address));
        peer.expect(Descriptor.ATTACH);
        peer.write(RawPeer.flow(0, 0, 1_000_000, 0, 10, false));
        return peer;
    }

    private static Message receive(RawPeer peer) throws IOException {
        RawPeer.Frame frame = peer.expect(Descriptor.TRANSFER);
        AmqpReader fields = frame.fields();
        new Performative.Transfer().read(fields);
        Message message = Proton.message();
        message.decode(frame.body(), fields.position(), fields.remaining());
        return message;
    }

    private static Object annotation(Message message, String key) {
        return message.getMessageAnnotations().getValue().get(Symbol.valueOf(key));
    }

    private Connection connect() throws Exception {
        Connection connection = new JmsConnectionFactory("amqp://127.0.0.1:" + server.port()).createConnection();
        connection.start();
        return connection;
    }
}
