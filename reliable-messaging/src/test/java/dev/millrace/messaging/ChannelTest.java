package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.proton.ProtonHelper;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Modified;
import org.apache.qpid.proton.amqp.messaging.Rejected;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.message.Message;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a message, seen from the other end of the AMQP connection. */
@QuarkusTest
@QuarkusTestResource(EmbeddedDatabase.class)
@QuarkusTestResource(ScriptedBroker.class)
class ChannelTest {

    @Inject
    ThingsConsumer consumer;

    @BeforeEach
    void forget() {
        consumer.received().clear();
    }

    @Test
    void whatTheConsumerTookIsAccepted() throws Exception {
        UUID id = UUID.randomUUID();
        var properties = envelope();
        properties.put("cloudEvents:id", id.toString());
        properties.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        String body = "{\"behaviour\":\"succeed\",\"field of later\":1}";

        assertInstanceOf(Accepted.class, ScriptedBroker.deliver(message(properties, body)));

        var event = consumer.received().element();
        assertEquals(id, event.id());
        assertEquals("thing.made", event.type());
        assertEquals("/elsewhere", event.source());
        assertEquals("thing-1", event.key());
        assertEquals(Instant.parse("2026-11-20T10:15:30.123456Z"), event.time());
        assertEquals("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", event.traceparent());
        assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), event.data());
    }

    /** {@code smallrye.messaging.worker.things-worker.max-concurrency} is 4. */
    @Test
    void asManyAsConfiguredAreConsumedAtOnce() throws Exception {
        var outcomes = new ArrayList<CompletableFuture<DeliveryState>>();
        for (int i = 0; i < 6; i++) {
            outcomes.add(ScriptedBroker.send(message(envelope(), "{\"behaviour\":\"wait\"}")));
        }
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> consumer.waiting() == 4);
        Awaitility.await()
                .during(300, TimeUnit.MILLISECONDS)
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> consumer.waiting() == 4);

        consumer.go();
        for (var outcome : outcomes) {
            assertInstanceOf(Accepted.class, outcome.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void anyFailureIsATryThatFailed() throws Exception {
        var modified = assertInstanceOf(Modified.class, deliver("{\"behaviour\":\"fail\"}"));

        assertTrue(modified.getDeliveryFailed());
        assertEquals(false, Boolean.TRUE.equals(modified.getUndeliverableHere()));
        assertEquals(
                Map.of(
                        Symbol.valueOf("x-opt-error-condition"),
                        Symbol.valueOf("millrace:transient-failure"),
                        Symbol.valueOf("x-opt-error-description"),
                        "IllegalStateException: the database is away"),
                modified.getMessageAnnotations());
    }

    @Test
    void aPermanentFailureIsRejectedWithItsReason() throws Exception {
        assertRejected("PermanentFailure: this thing can never be", deliver("{\"behaviour\":\"fail-for-good\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"behaviour":            | does not fit Thing
            not json                 | does not fit Thing
            null                     | is null
            {"behaviour":{"a":1}}    | does not fit Thing
            """)
    void aBodyThatCannotBeReadIsRejectedAndTheChannelGoesOn(String body, String reason) throws Exception {
        assertRejected(reason, deliver(body));
        assertInstanceOf(Accepted.class, deliver("{\"behaviour\":\"succeed\"}"));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            cloudEvents:specversion, 2.0,         specversion 2.0
            cloudEvents:specversion, '',          cloudEvents:specversion is missing
            cloudEvents:id,          '',          cloudEvents:id is missing
            cloudEvents:id,          17,          not a UUID: 17
            cloudEvents:type,        '',          cloudEvents:type is missing
            cloudEvents:source,      '',          cloudEvents:source is missing
            cloudEvents:time,        '',          cloudEvents:time is missing
            cloudEvents:time,        yesterday,   not an ISO-8601 instant: yesterday
            """)
    void aMessageThatIsNoEventIsRejectedAndReachesNoConsumer(String property, String value, String reason)
            throws Exception {
        var properties = envelope();
        properties.put(property, value);

        assertRejected(reason, ScriptedBroker.deliver(message(properties, "{\"behaviour\":\"succeed\"}")));

        assertTrue(consumer.received().isEmpty());
    }

    @Test
    void aMessageWithoutPropertiesOrBodyIsRejected() throws Exception {
        assertRejected("no application properties", ScriptedBroker.deliver(Message.Factory.create()));

        var bodiless = message(envelope(), "");
        bodiless.setBody(null);
        assertRejected("no data section", ScriptedBroker.deliver(bodiless));
    }

    private static void assertRejected(String reason, DeliveryState outcome) {
        var error = assertInstanceOf(Rejected.class, outcome).getError();
        assertEquals("millrace:permanent-failure", error.getCondition().toString());
        assertTrue(error.getDescription().contains(reason), error.getDescription());
    }

    private static DeliveryState deliver(String body) throws Exception {
        return ScriptedBroker.deliver(message(envelope(), body));
    }

    private static Map<String, Object> envelope() {
        return new HashMap<>(Map.of(
                "cloudEvents:specversion", "1.0",
                "cloudEvents:id", UUID.randomUUID().toString(),
                "cloudEvents:source", "/elsewhere",
                "cloudEvents:type", "thing.made",
                "cloudEvents:time", "2026-11-20T10:15:30.123456Z"));
    }

    private static Message message(Map<String, Object> properties, String body) {
        var message = ProtonHelper.message();
        message.setGroupId("thing-1");
        message.setContentType("application/json");
        message.setApplicationProperties(new ApplicationProperties(properties));
        message.setBody(new Data(new Binary(body.getBytes(StandardCharsets.UTF_8))));
        return message;
    }
}
