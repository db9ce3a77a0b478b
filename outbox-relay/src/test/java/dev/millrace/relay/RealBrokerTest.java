package dev.millrace.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.relay.publish.BrokerSettings;
import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.postgres.ServiceDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From the row in PostgreSQL to a subscriber of the packaged broker. */
class RealBrokerTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int AGGREGATES = 8;
    private static BrokerProcess broker;
    private static Vertx vertx;
    private static OutboxFixture outbox;
    private static SourceRelay relay;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerProcess.temporary();
        vertx = Vertx.vertx();
        outbox = SharedPostgres.migrated(ServiceDatabase.INVENTORY);
        var settings = new BrokerSettings(
                broker.host(), broker.amqpPort(), null, null, "relay", Duration.ofSeconds(5), Duration.ofSeconds(30));
        relay = new SourceRelay(outbox.settings(), settings, vertx, new SimpleMeterRegistry());
        relay.start();
    }

    @AfterAll
    static void stop() throws Exception {
        assertTrue(relay.stop(4_000));
        vertx.close();
        broker.close();
    }

    @Test
    void aRowArrivesAsACloudEvent() throws Exception {
        try (var emails = new Subscriber(vertx, broker.amqpPort(), "emails")) {
            outbox.execute("""
                    insert into outbox (id, created_at, destination, aggregate_id, event_type, source, payload,
                        traceparent, priority)
                    values ('0199aa00-0000-7000-8000-000000000001', '2026-11-20T10:15:30.123456Z', 'emails', 'n-1',
                        'email.requested', '/notification-service', '{"to":"Käthe"}',
                        '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', 7)
                    """);
            await().atMost(LIMIT).until(() -> emails.messages().size() == 1);
            Message message = emails.messages().getFirst();
            assertEquals("0199aa00-0000-7000-8000-000000000001", message.getMessageId());
            assertEquals("email.requested", message.getSubject());
            assertEquals("n-1", message.getGroupId());
            assertEquals("application/json", message.getContentType());
            assertEquals(7, message.getPriority());
            assertTrue(message.isDurable());
            assertEquals(
                    Map.of(
                            "cloudEvents:specversion", "1.0",
                            "cloudEvents:id", "0199aa00-0000-7000-8000-000000000001",
                            "cloudEvents:source", "/notification-service",
                            "cloudEvents:type", "email.requested",
                            "cloudEvents:time", "2026-11-20T10:15:30.123456Z",
                            "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                    message.getApplicationProperties().getValue());
            assertEquals(
                    "{\"to\":\"Käthe\"}",
                    new String(((Data) message.getBody()).getValue().getArray()));
        }
    }

    @Test
    void aRowWithADeliveryTimeArrivesNotEarlier() throws Exception {
        try (var timeouts = new Subscriber(vertx, broker.amqpPort(), "order-timeouts")) {
            Instant due = Instant.now().plusSeconds(2);
            outbox.execute("""
                    insert into outbox (id, destination, aggregate_id, event_type, source, payload, deliver_at)
                    values (gen_random_uuid(), 'order-timeouts', 'o-1', 'order.timeout-due', '/test', '{}', '%s')
                    """.formatted(due));
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(10)).until(() -> !timeouts.messages()
                    .isEmpty());
            Instant arrived = Instant.now();
            assertTrue(!arrived.isBefore(due), arrived + " is before " + due);
        }
    }

    @Test
    void nothingIsLostOrStoredTwiceWhenTheBrokerIsKilled() throws Exception {
        try (var orders = new Subscriber(vertx, broker.amqpPort(), "orders::inventory")) {
            outbox.insertMany("orders", AGGREGATES, 1, 200);
            await().atMost(LIMIT).until(() -> orders.messages().size() >= 100);
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    outbox.insertMany("orders", AGGREGATES, 201, 600);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            broker.kill();
            broker.start();
            writing.join();
            await().atMost(LIMIT).until(() -> distinct(orders) == 600);
            assertEquals(600, offsets(orders), "the broker's duplicate window swallows what was sent twice");
            for (int i = 0; i < AGGREGATES; i++) {
                int remainder = i;
                assertEquals(
                        IntStream.rangeClosed(1, 600)
                                .filter(n -> n % AGGREGATES == remainder)
                                .boxed()
                                .toList(),
                        orders.messages().stream()
                                .filter(m -> m.getGroupId().equals("a" + remainder))
                                .map(m -> Integer.valueOf(Subscriber.body(m)))
                                .distinct()
                                .toList());
            }
        }
    }

    private static long offsets(Subscriber subscriber) {
        return subscriber.messages().stream()
                .map(m -> m.getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-offset")))
                .distinct()
                .count();
    }

    private static long distinct(Subscriber subscriber) {
        return subscriber.messages().stream()
                .map(Message::getMessageId)
                .distinct()
                .count();
    }
}
