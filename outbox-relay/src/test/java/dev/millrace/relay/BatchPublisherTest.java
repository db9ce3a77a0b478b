package dev.millrace.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.publish.Batch;
import dev.millrace.relay.publish.BatchPublisher;
import dev.millrace.relay.publish.BrokerSettings;
import dev.millrace.relay.publish.Outgoing;
import dev.millrace.relay.publish.PublisherHealth;
import dev.millrace.relay.publish.Refusal;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The broker's side alone: every way in which a broker can say no. */
class BatchPublisherTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static Vertx vertx;

    private ScriptedBroker broker;
    private BatchPublisher publisher;

    @BeforeAll
    static void startVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void start() throws Exception {
        broker = new ScriptedBroker(vertx);
        publisher = publisher(Duration.ofSeconds(30));
    }

    private BatchPublisher publisher(Duration stallLimit) {
        var started = new BatchPublisher(
                vertx,
                new BrokerSettings(
                        "127.0.0.1", broker.port(), null, null, "publisher-test", Duration.ofSeconds(5), stallLimit));
        started.start();
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        publisher.close().join();
        broker.close();
    }

    private static Outgoing message(String destination, String key, String body) {
        return EventMapping.toMessage(new OutboxRow(
                UUID.randomUUID(), Instant.now(), destination, key, "thing.happened", "/test", body, null, null, null));
    }

    private static List<Outgoing> messages(int count, int keys) {
        return IntStream.range(0, count)
                .mapToObj(i -> message("orders", "a" + i % keys, Integer.toString(i)))
                .toList();
    }

    private void awaitHealth(PublisherHealth.Kind kind) {
        await().atMost(LIMIT).until(() -> publisher.health().kind() == kind);
    }

    @Test
    void pipelinesDifferentKeysButNotMessagesOfOneKey() throws Exception {
        broker.hold();
        publisher.publish(messages(40, 4));
        await().atMost(LIMIT).until(() -> broker.heldBack() == 4);
        broker.letGo();
        await().atMost(LIMIT).until(() -> broker.accepted().size() == 40);
        for (int key = 0; key < 4; key++) {
            List<Integer> stored = broker.storedOf("a" + key);
            assertEquals(stored.stream().sorted().toList(), stored);
        }
    }

    @Test
    void theNextBatchFollowsBeforeTheOneBeforeIsDoneButNotWithinAKey() throws Exception {
        broker.hold();
        Batch first = publisher.publish(messages(10, 5));
        Batch second = publisher.publish(IntStream.range(10, 30)
                .mapToObj(i -> message("orders", "a" + i % 10, Integer.toString(i)))
                .toList());
        await().atMost(LIMIT).until(() -> broker.heldBack() == 10);
        assertFalse(first.await(Duration.ZERO));
        broker.letGo();
        assertTrue(first.await(LIMIT));
        assertTrue(second.await(LIMIT));
        for (int key = 0; key < 10; key++) {
            List<Integer> stored = broker.storedOf("a" + key);
            assertEquals(stored.stream().sorted().toList(), stored);
        }
    }

    @Test
    void aLinkIsTriedAgainForTheBatchThatNeedsItWhenTheOneBeforeIsDone() throws Exception {
        broker.unknown("nowhere");
        Batch first = publisher.publish(messages(4, 4));
        Batch second = publisher.publish(List.of(message("nowhere", "a1", "lost")));
        assertTrue(first.await(LIMIT));
        assertTrue(second.await(LIMIT));
        assertEquals(List.of(new Refusal(0, "amqp:not-found", "no nowhere")), second.refusals());
    }

    @Test
    void aSlowDestinationDoesNotHoldUpAnother() throws Exception {
        broker.credit(0);
        Batch first = publisher.publish(List.of(message("slow", "a", "1")));
        awaitHealth(PublisherHealth.Kind.NO_CREDIT);
        assertTrue(publisher.health().detail().contains("slow"));
        broker.grant(1);
        assertTrue(first.await(LIMIT));
        broker.credit(100);
        Batch second = publisher.publish(List.of(message("slow", "a", "2"), message("quick", "a", "1")));
        await().atMost(LIMIT).until(() -> broker.bodies("quick").equals(List.of("1")));
        assertFalse(second.await(Duration.ofMillis(100)));
        broker.grant(1);
        assertTrue(second.await(LIMIT));
    }

    @Test
    void aFullDestinationIsTriedAgainUntilThereIsRoom() throws Exception {
        var attempts = new HashMap<String, Integer>();
        broker.outcome(arrival -> attempts.merge(arrival.id(), 1, Integer::sum) < 3
                ? ScriptedBroker.rejected("amqp:resource-limit-exceeded")
                : Accepted.getInstance());
        Batch batch = publisher.publish(messages(6, 2));
        awaitHealth(PublisherHealth.Kind.REFUSED);
        assertTrue(batch.await(LIMIT));
        assertEquals(List.of(), batch.refusals());
        assertEquals(List.of(0, 2, 4), broker.storedOf("a0"));
        assertEquals(List.of(1, 3, 5), broker.storedOf("a1"));
    }

    @Test
    void aMessageThatIsRejectedForGoodIsReportedAndTheOthersGoOn() throws Exception {
        broker.outcome(arrival -> arrival.body().equals("2")
                ? ScriptedBroker.rejected("amqp:precondition-failed")
                : Accepted.getInstance());
        Batch batch = publisher.publish(messages(6, 2));
        assertTrue(batch.await(LIMIT));
        assertEquals(
                List.of(new Refusal(2, "amqp:precondition-failed", "scripted amqp:precondition-failed")),
                batch.refusals());
        assertEquals(List.of(0, 4), broker.storedOf("a0"));
    }

    @Test
    void aMessageLargerThanTheLinkTakesIsNotEvenSent() throws Exception {
        broker.maxMessageSize(1_000);
        Batch batch = publisher.publish(List.of(
                message("orders", "a", "1"), message("orders", "a", "x".repeat(1_001)), message("orders", "a", "3")));
        assertTrue(batch.await(LIMIT));
        assertEquals(
                "amqp:link:message-size-exceeded", batch.refusals().getFirst().condition());
        assertEquals(1, batch.refusals().getFirst().index());
        assertEquals(List.of("1", "3"), broker.bodies("orders"));
    }

    @Test
    void anUnknownAddressIsGivenUpAfterSomeAttemptsAndTheOthersGoOn() throws Exception {
        broker.unknown("nowhere");
        var messages = new ArrayList<>(messages(4, 4));
        messages.add(message("nowhere", "a1", "lost"));
        Batch batch = publisher.publish(messages);
        await().atMost(LIMIT).until(() -> broker.accepted().size() == 4);
        assertTrue(batch.await(LIMIT));
        assertEquals(List.of(new Refusal(4, "amqp:not-found", "no nowhere")), batch.refusals());
        long started = System.nanoTime();
        assertTrue(
                publisher.publish(List.of(message("nowhere", "a1", "lost too"))).await(LIMIT));
        assertTrue(System.nanoTime() - started < 1_000_000_000, "known to be refused: given up at once");
    }

    @Test
    void sendsAgainWhatHadNoOutcomeWhenTheConnectionBroke() throws Exception {
        broker.hold();
        Batch batch = publisher.publish(messages(10, 10));
        await().atMost(LIMIT).until(() -> broker.heldBack() == 10);
        broker.drop();
        await().atMost(LIMIT).until(() -> broker.heldBack() == 10);
        broker.letGo();
        assertTrue(batch.await(LIMIT));
        assertEquals(10, broker.accepted().size());
    }

    @Test
    void connectsAgainWhenNothingMovesForTooLong() throws Exception {
        publisher.close().join();
        publisher = publisher(Duration.ofSeconds(1));
        broker.hold();
        Batch batch = publisher.publish(messages(3, 3));
        await().atMost(LIMIT).until(() -> broker.heldBack() >= 6);
        broker.letGo();
        assertTrue(batch.await(LIMIT));
    }

    @Test
    void nothingOfAnAbandonedBatchIsSentLater() throws Exception {
        broker.hold();
        Batch batch = publisher.publish(messages(10, 1));
        await().atMost(LIMIT).until(() -> broker.heldBack() == 1);
        publisher.abandon();
        await().atMost(LIMIT).until(() -> broker.connections() == 0 || broker.heldBack() == 1);
        broker.letGo();
        assertTrue(publisher.publish(List.of(message("orders", "a0", "100"))).await(LIMIT));
        List<String> bodies = broker.bodies("orders");
        assertEquals("100", bodies.getLast());
        assertTrue(bodies.size() <= 2, "of the first batch at most what was on its way: " + bodies);
    }

    @Test
    void saysWhenThereIsNoBroker() throws Exception {
        awaitHealth(PublisherHealth.Kind.OK);
        broker.stop();
        awaitHealth(PublisherHealth.Kind.NO_BROKER);
        broker.startAgain();
        awaitHealth(PublisherHealth.Kind.OK);
    }
}
