package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.history.HistoryItem;
import dev.millrace.broker.history.HistorySettings;
import dev.millrace.broker.history.MessageHistory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole lives of messages, as the history tells them. */
class LivesTest {

    private static final QueueSettings ONE_RETRY = new QueueSettings(
                    1_000, 2, new QueueSettings.Backoff(100, 1, 100, 0), 30_000)
            .withDeadLetterRetention(60_000);

    @TempDir
    Path directory;

    private BrokerFixture broker;
    private MessageHistory history;

    @BeforeEach
    void start() throws IOException {
        broker = new BrokerFixture().queue("q", ONE_RETRY).topic("t", "a", "b");
        history = MessageHistory.open(
                directory, new HistorySettings(HistorySettings.MIN_BYTES, Duration.ofDays(7), 0), () -> broker.now);
        broker.history = history;
        broker.start();
    }

    @AfterEach
    void stop() {
        history.close();
    }

    private List<HistoryItem> life(String messageId) {
        return history.find(messageId).orElseThrow();
    }

    private List<String> events(String messageId) {
        return life(messageId).stream()
                .map(item -> item.event().label() + "@" + item.texts().destination()
                        + (item.attempt() == 0 ? "" : "#" + item.attempt()))
                .toList();
    }

    private HistoryItem last(String messageId) {
        return life(messageId).getLast();
    }

    @Test
    void aLifeWithoutTroubleIsToldFromPublicationToSettlement() {
        long storedAt = broker.now;
        broker.publisher("q").publish("m");
        broker.pass(10);
        TestConsumer consumer = broker.consumer("q", 1);
        broker.pass(10);
        consumer.acceptAll();

        assertEquals(List.of("stored@q", "delivered@q#1", "settled@q#1"), events("m"));
        assertEquals(
                List.of(storedAt, storedAt + 10, storedAt + 20),
                life("m").stream().map(item -> item.at().toEpochMilli()).toList());
        assertEquals("test-container", last("m").texts().container());
        assertEquals("link to q", last("m").texts().link());
        assertEquals(List.of(), life("another"));
    }

    @Test
    void everyFailedAttemptIsToldWithItsConsumerAndError() {
        broker.publisher("q").publish("m");
        TestConsumer consumer = broker.consumer("q", 10);
        consumer.fail(0);
        broker.pass(200);
        consumer.accept(1);

        assertEquals(List.of("stored@q", "delivered@q#1", "failed@q#1", "delivered@q#2", "settled@q#2"), events("m"));
        assertEquals("failed on purpose", life("m").get(2).texts().detail());
        assertEquals("link to q", life("m").get(2).texts().link());
    }

    @Test
    void aRejectedMessageDiesAndItsDeadLetterLivesOn() {
        broker.publisher("q").publish("m");
        broker.consumer("q", 1).settle(new Outcome.Rejected("no such product"), 0);
        TestConsumer undertaker = broker.consumer("q/$deadletterqueue", 1);
        undertaker.acceptAll();

        assertEquals(
                List.of(
                        "stored@q",
                        "delivered@q#1",
                        "dead-lettered@q#1",
                        "delivered@q/$deadletterqueue#1",
                        "settled@q/$deadletterqueue#1"),
                events("m"));
        assertEquals("rejected", life("m").get(2).texts().reason());
        assertEquals("no such product", life("m").get(2).texts().detail());
    }

    @Test
    void attemptsThatAreExhaustedEndInDeath() {
        broker.publisher("q").publish("m");
        TestConsumer consumer = broker.consumer("q", 10);
        consumer.fail(0);
        broker.pass(200);
        consumer.fail(1);

        assertEquals(
                List.of("stored@q", "delivered@q#1", "failed@q#1", "delivered@q#2", "failed@q#2", "dead-lettered@q#2"),
                events("m"));
        assertEquals("attempts-exhausted", last("m").texts().reason());
    }

    @Test
    void whatExpiresIsToldThoughNobodySawIt() {
        TestPublisher publisher = broker.publisher("q");
        publisher.publish(message("m", null, broker.now + 50, 0));
        broker.pass(100);
        broker.consumer("q", 1);

        assertEquals(List.of("stored@q", "expired@q", "dead-lettered@q"), events("m"));
        assertEquals("expired", last("m").texts().reason());
    }

    @Test
    void aScheduledMessageSaysWhenItIsDue() {
        long dueAt = broker.now + 60_000;
        broker.publisher("q").publish(message("m", null, 0, dueAt));
        broker.consumer("q", 1);
        broker.pass(60_000);

        assertEquals(List.of("stored@q", "scheduled@q", "delivered@q#1"), events("m"));
        assertEquals(Instant.ofEpochMilli(dueAt), life("m").get(1).dueAt());
    }

    @Test
    void eachSubscriptionOfATopicHasItsPart() {
        broker.publisher("t").publish("m");
        broker.consumer("t::a", 1).acceptAll();
        broker.consumer("t::b", 1).settle(new Outcome.Rejected(""), 0);

        assertEquals(
                List.of("stored@t", "delivered@t::a#1", "settled@t::a#1", "delivered@t::b#1", "dead-lettered@t::b#1"),
                events("m"));
    }

    @Test
    void aLockThatRunsOutAndALinkThatIsLostAreFailures() {
        broker.publisher("q").publish("m");
        TestConsumer first = broker.consumer("q", 1);
        broker.pass(ONE_RETRY.lockMillis());
        assertEquals("lock expired", last("m").texts().detail());
        first.detach();
        broker.consumer("q", 1);
        broker.pass(100);
        assertEquals("delivered@q#2", events("m").getLast());
    }

    @Test
    void whatIsReleasedIsDeliveredAgainAsTheSameAttempt() {
        broker.publisher("q").publish("m");
        TestConsumer consumer = broker.consumer("q", 1);
        consumer.settle(Outcome.RELEASED, 0);
        broker.pass(1);
        consumer.grant(1);

        assertEquals(List.of("stored@q", "delivered@q#1", "delivered@q#1"), events("m"));
    }

    @Test
    void aConsumerThatSettlesAtOnceIsToldToHaveSettled() {
        broker.publisher("q").publish("m");
        broker.consumer("q", 1, true);

        assertEquals(List.of("stored@q", "delivered@q#1", "settled@q#1"), events("m"));
    }

    @Test
    void whatTheBrokerLetsGoIsDiscardedByIt() {
        broker.queue("small", QueueSettings.DEFAULT.withBounds(1, 0, QueueSettings.WhenFull.DROP_OLDEST));
        broker.execute(new Command.Declare(broker.queues, broker.topics, new CompletableFuture<>()));
        TestPublisher publisher = broker.publisher("small");
        publisher.publish("old");
        publisher.publish("new");

        assertEquals(List.of("stored@small", "discarded@small"), events("old"));
        assertEquals("broker", last("old").texts().actor());
        assertEquals("full", last("old").texts().reason());
        assertEquals(List.of("stored@small"), events("new"));
    }

    @Test
    void anOldDeadLetterIsDiscardedByTheBroker() {
        broker.publisher("q").publish("m");
        broker.consumer("q", 1).settle(new Outcome.Rejected("no"), 0);
        broker.pass(ONE_RETRY.deadLetterRetentionMillis());
        broker.pass(1);

        assertEquals("discarded@q/$deadletterqueue", events("m").getLast());
        assertEquals("retention", last("m").texts().reason());
    }

    @Test
    void aMessageWithoutAnIdHasNoHistory() {
        broker.publisher("q").publish(new Message(new byte[1], 0, 0, null, null, 4, true, 0, 0));
        TestConsumer consumer = broker.consumer("q", 1);
        consumer.settle(new Outcome.Rejected("no"), 0);

        assertEquals(1, consumer.deliveries.size());
        assertEquals(0, history.missed());
    }

    @Test
    void aReplayIsToldWithWhoAskedForIt() {
        broker.publisher("q").publish("m");
        broker.consumer("q", 1).settle(new Outcome.Rejected("no"), 0);
        ReplayRequest request =
                new ReplayRequest("q", ReplayRequest.Select.ALL, null, null, 0, false, null, -1, false, "ada");
        ReplayView replay = broker.ask(new DeadLetterRequest.Replay(request));
        broker.pass(1);
        broker.consumer("q", 1).acceptAll();

        assertEquals(
                List.of("stored@q", "delivered@q#1", "dead-lettered@q#1", "replayed@q", "delivered@q#1", "settled@q#1"),
                events("m"));
        assertEquals("ada", life("m").get(3).texts().actor());
        assertEquals(replay.id().toString(), life("m").get(3).texts().detail());
    }

    @Test
    void whatSomebodyDiscardsIsToldWithTheReason() {
        broker.publisher("q").publish("m");
        broker.consumer("q", 1).settle(new Outcome.Rejected("no"), 0);
        BrowsedMessage dead = broker.ask(new DeadLetterRequest.Look("q", StartAt.EARLIEST, 1))
                .items()
                .getFirst();
        broker.ask(new DeadLetterRequest.Discard("q", dead.id(), "a test", "grace"));

        assertEquals("discarded@q/$deadletterqueue", events("m").getLast());
        assertEquals("grace", last("m").texts().actor());
        assertEquals("a test", last("m").texts().reason());
    }

    @Test
    void livesInTroubleAreStillWholeWhenOrdinaryOnesHaveWashedAwayTheRest() {
        TestPublisher publisher = broker.publisher("q");
        publisher.publish("fine");
        publisher.publish("rejected");
        publisher.publish("retried");
        TestConsumer consumer = broker.consumer("q", 3);
        consumer.accept(0);
        consumer.settle(new Outcome.Rejected("no"), 1);
        consumer.fail(2);
        consumer.detach();
        publisher.publish(message("late", null, broker.now + 50, 0));
        broker.pass(200);
        broker.consumer("q", 2).acceptAll();
        List<String> ids = List.of("rejected", "retried", "late");
        List<List<String>> before = ids.stream().map(this::events).toList();
        assertEquals(
                List.of(
                        List.of("stored@q", "delivered@q#1", "dead-lettered@q#1"),
                        List.of("stored@q", "delivered@q#1", "failed@q#1", "delivered@q#2", "settled@q#2"),
                        List.of("stored@q", "expired@q", "dead-lettered@q")),
                before);

        washAwayOrdinaryLives();

        assertEquals(List.of(), events("fine"));
        assertEquals(before, ids.stream().map(this::events).toList());
    }

    private void washAwayOrdinaryLives() {
        History.Context somewhere = history.context(History.Texts.of("elsewhere"));
        for (int i = 0; i < 60_000; ) {
            long missed = history.missed();
            history.add(History.Event.STORED, false, 1 + i, broker.now, 0, somewhere);
            if (history.missed() == missed) {
                i++;
            } else {
                LockSupport.parkNanos(100_000); // until the next file is made
            }
        }
    }

    @Test
    void aRecoveryTellsNothingTwice() {
        broker.publisher("q").publish("m");
        TestConsumer consumer = broker.consumer("q", 1);
        broker.crash(1);
        assertEquals(List.of("stored@q", "delivered@q#1"), events("m"));
        broker.consumer("q", 1).acceptAll();
        assertEquals(1, events("m").stream().filter("stored@q"::equals).count());
        assertTrue(events("m").contains("settled@q#1"));
        assertFalse(consumer.deliveries.isEmpty());
    }
}
