package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonQoS;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonSender;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Decimal128;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpSequence;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Footer;
import org.apache.qpid.proton.amqp.messaging.Section;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Vert.x client, which SmallRye's connector is built on, as an unmodified client. */
@Timeout(30)
class VertxClientTest {

    private static final long LIMIT_SECONDS = 10;

    private AmqpFront front;
    private Vertx vertx;

    @BeforeEach
    void start() throws Exception {
        front = AmqpFront.start();
        vertx = Vertx.vertx();
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        front.close();
    }

    @Test
    void aBatchIsAccepted() throws Exception {
        int count = 5_000;
        CountDownLatch accepted = new CountDownLatch(count);
        ProtonConnection connection = connect(32 * 1024);
        onConnection(() -> {
            ProtonSender sender = connection.createSender("emails");
            AtomicInteger sent = new AtomicInteger();
            sender.sendQueueDrainHandler(s -> {
                while (!sender.sendQueueFull() && sent.get() < count) {
                    int number = sent.getAndIncrement();
                    sender.send(message("message " + number), delivery -> {
                        if (delivery.getRemoteState() instanceof Accepted && delivery.remotelySettled()) {
                            accepted.countDown();
                        }
                    });
                }
            });
            sender.open();
        });
        assertTrue(accepted.await(LIMIT_SECONDS, TimeUnit.SECONDS), () -> accepted.getCount() + " not accepted");
        assertEquals(count, front.broker.commands(Command.Publish.class).size());
    }

    @Test
    void everyBodyComesBackByteForByte() throws Exception {
        List<Message> messages = new ArrayList<>();
        for (Section body : bodies()) {
            Message message = Proton.message();
            message.setMessageId("body-" + messages.size());
            message.setSubject("subject");
            message.setCorrelationId(UUID.randomUUID());
            message.setApplicationProperties(new ApplicationProperties(new HashMap<>(Map.of("n", messages.size()))));
            message.setFooter(new Footer(new HashMap<>(Map.of(Symbol.valueOf("f"), 1L))));
            message.setBody(body);
            messages.add(message);
        }
        List<byte[]> received = roundTrip(messages, 32 * 1024, ProtonQoS.AT_LEAST_ONCE);
        for (int i = 0; i < messages.size(); i++) {
            byte[] sent = encode(messages.get(i));
            byte[] got = received.get(i);
            // No header and no annotations were sent, so all that was sent is the bare message.
            assertArrayEquals(sent, Arrays.copyOfRange(got, got.length - sent.length, got.length), "body " + i);
        }
    }

    @Test
    void largeMessagesComeInSmallFrames() throws Exception {
        Random random = new Random(1);
        List<Message> messages = new ArrayList<>();
        for (int size : new int[] {400, 512, 1_000, 5_000, 100_000, 900_000}) {
            byte[] data = new byte[size];
            random.nextBytes(data);
            Message message = Proton.message();
            message.setBody(new Data(new Binary(data)));
            messages.add(message);
        }
        List<byte[]> received = roundTrip(messages, 512, ProtonQoS.AT_LEAST_ONCE);
        for (int i = 0; i < messages.size(); i++) {
            byte[] sent = encode(messages.get(i));
            byte[] got = received.get(i);
            assertArrayEquals(sent, Arrays.copyOfRange(got, got.length - sent.length, got.length));
        }
    }

    @Test
    void presettledMessagesComeThroughPresettled() throws Exception {
        List<Message> messages = List.of(message("one"), message("two"), message("three"));
        roundTrip(messages, 32 * 1024, ProtonQoS.AT_MOST_ONCE);
        assertTrue(front.broker.commands(Command.Publish.class).stream().allMatch(Command.Publish::settled));
        assertTrue(
                front.broker.commands(Command.AttachConsumer.class).getFirst().settled());
        assertEquals(0, front.broker.commands(Command.Settle.class).size());
    }

    @Test
    void theConnectionTellsWhoAnswers() throws Exception {
        ProtonConnection connection = connect(32 * 1024);
        assertEquals("millrace", connection.getRemoteContainer());
        List<Symbol> offered = List.of(connection.getRemoteOfferedCapabilities());
        for (String capability :
                List.of("ANONYMOUS-RELAY", "DELAYED_DELIVERY", "SHARED-SUBS", "sole-connection-for-container")) {
            assertTrue(offered.contains(Symbol.valueOf(capability)), capability);
        }
        assertEquals("Millrace", connection.getRemoteProperties().get(Symbol.valueOf("product")));
    }

    private static List<Section> bodies() {
        Random random = new Random(9);
        byte[] large = new byte[20_000];
        random.nextBytes(large);
        List<Section> bodies = new ArrayList<>();
        bodies.add(new Data(new Binary(large)));
        bodies.add(new Data(new Binary(new byte[0])));
        bodies.add(new AmqpSequence(List.of(1, "two", 3.0d, List.of(4))));
        for (Object value : Arrays.asList(
                null,
                true,
                (byte) -1,
                (short) 300,
                70_000,
                5_000_000_000L,
                UnsignedByte.valueOf((byte) 200),
                UnsignedShort.valueOf((short) 60_000),
                UnsignedInteger.valueOf(4_000_000_000L),
                UnsignedLong.valueOf(-1L),
                1.5f,
                2.5d,
                'x',
                new Date(1),
                UUID.randomUUID(),
                new Decimal128(1, 2),
                "text with ümlauts and 🙂",
                "long ".repeat(1_000),
                Symbol.valueOf("symbol"),
                new Binary(large),
                Map.of("k", Map.of("nested", List.of(1, 2))),
                new int[] {1, 2, 3},
                new String[] {"a", "b"},
                described())) {
            bodies.add(new AmqpValue(value));
        }
        return bodies;
    }

    private static DescribedType described() {
        return new DescribedType() {
            @Override
            public Object getDescriptor() {
                return Symbol.valueOf("shop:point");
            }

            @Override
            public Object getDescribed() {
                return List.of(1, 2);
            }
        };
    }

    /** Sends, receives and settles; answers what was received, in order, whole. */
    private List<byte[]> roundTrip(List<Message> messages, int maxFrameSize, ProtonQoS qos) throws Exception {
        ProtonConnection connection = connect(maxFrameSize);
        Map<Integer, byte[]> received = new ConcurrentHashMap<>();
        CountDownLatch all = new CountDownLatch(messages.size());
        onConnection(() -> {
            ProtonReceiver receiver = connection.createReceiver("round-trip");
            receiver.setQoS(qos).handler((delivery, message) -> {
                assertEquals(qos == ProtonQoS.AT_MOST_ONCE, delivery.remotelySettled());
                received.put(received.size(), encode(message));
                all.countDown();
            });
            receiver.open();
            ProtonSender sender = connection.createSender("round-trip");
            sender.setQoS(qos).sendQueueDrainHandler(s -> {
                s.sendQueueDrainHandler(nothing -> {});
                messages.forEach(sender::send);
            });
            sender.open();
        });
        assertTrue(all.await(LIMIT_SECONDS, TimeUnit.SECONDS), () -> all.getCount() + " missing");
        return received.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private io.vertx.core.Context context;

    private ProtonConnection connect(int maxFrameSize) throws Exception {
        context = vertx.getOrCreateContext();
        Promise<ProtonConnection> connected = Promise.promise();
        context.runOnContext(nothing -> ProtonClient.create(vertx)
                .connect(new ProtonClientOptions().setMaxFrameSize(maxFrameSize), "127.0.0.1", front.port(), result -> {
                    if (result.failed()) {
                        connected.fail(result.cause());
                    } else {
                        result.result().openHandler(connected).open();
                    }
                }));
        return connected.future().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void onConnection(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            task.run();
            done.complete(null);
        });
        done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static Message message(String text) {
        Message message = Proton.message();
        message.setBody(new AmqpValue(text));
        return message;
    }

    private static byte[] encode(Message message) {
        byte[] buffer = new byte[2 * 1024 * 1024];
        return Arrays.copyOf(buffer, message.encode(buffer, 0, buffer.length));
    }
}
