package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.DestinationView.Kind;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operators declare, change, pause, move and delete destinations. */
class AdministrationTest {

    private static final QueueSettings OTHER = new QueueSettings(
            7,
            8_000,
            WhenFull.REJECT,
            3,
            new QueueSettings.Backoff(1, 1.5, 2, 0.1),
            4_000,
            5_000,
            6_000,
            QueueSettings.OnDeadLetter.PARK);

    private final BrokerFixture broker = new BrokerFixture();

    private void publish(String address, String... bodies) {
        TestPublisher publisher = broker.publisher(address);
        for (String body : bodies) {
            publisher.publish(body);
        }
    }

    private void crashAndSnapshotAndCrash() {
        broker.crash(1);
        broker.snapshot();
        broker.crash(2);
    }

    @Test
    void settingsAreKeptThroughCrashAndSnapshot() {
        broker.start();
        assertTrue(broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.DEFAULT))
                .created());
        assertFalse(broker.ask(new AdminRequest.DeclareQueue("work", OTHER)).created());
        broker.ask(new AdminRequest.DeclareTopic("orders", new RetentionSettings(1_000, 2_000), 3_000));
        QueueSettings dropping = OTHER.withBounds(1, 2, WhenFull.DROP_OLDEST);
        broker.ask(new AdminRequest.DeclareSubscription("orders", "inventory", StartAt.LATEST, dropping));
        crashAndSnapshotAndCrash();

        assertEquals(OTHER, broker.view("work").settings());
        assertEquals(
                new RetentionSettings(1_000, 2_000),
                broker.view("orders").topicSettings().retention());
        assertEquals(3_000, broker.view("orders").topicSettings().duplicateWindowMillis());
        assertEquals(dropping, broker.view("orders::inventory").settings());
    }

    @Test
    void newSettingsCountAtOnce() {
        broker.queue("work", QueueSettings.DEFAULT.withBounds(1, 0, WhenFull.BLOCK))
                .start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        assertEquals(0, publisher.credit);
        broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.DEFAULT));

        assertTrue(publisher.credit > 1_000);
    }

    @Test
    void namesThatNoAddressCouldNameAreRefused() {
        broker.start();
        for (String name : List.of("", "a::b", "$x", "/queues/a", "a/$deadletterqueue", "x".repeat(256))) {
            broker.ask(new AdminRequest.DeclareQueue(name, QueueSettings.DEFAULT));
            assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code(), name);
        }
    }

    @Test
    void topicIsNotDeclaredOverAQueue() {
        broker.queue("work", QueueSettings.DEFAULT).start();
        broker.ask(new AdminRequest.DeclareTopic("work", RetentionSettings.DEFAULT, 0));

        assertEquals(BrokerError.Code.NOT_ALLOWED, broker.refusal.code());
    }

    @Test
    void pausedQueueHandsNothingOutUntilItIsResumedAlsoAfterACrash() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 10);
        assertTrue(
                broker.ask(new AdminRequest.SetPaused(Kind.QUEUE, "work", true)).paused());
        publish("work", "m0", "m1");
        assertEquals(List.of(), consumer.bodies());
        crashAndSnapshotAndCrash();
        TestConsumer after = broker.consumer("work", 10);
        assertEquals(List.of(), after.bodies());
        assertTrue(broker.view("work").paused());
        broker.ask(new AdminRequest.SetPaused(Kind.QUEUE, "work", false));

        assertEquals(List.of("m0", "m1"), after.bodies());
    }

    @Test
    void pausedSubscriptionStillTakesSettlementsAndTheOthersGoOn() {
        broker.topic("orders", "a", "b").start();
        TestConsumer a = broker.consumer("orders::a", 1);
        TestConsumer b = broker.consumer("orders::b", 10);
        publish("orders", "m0", "m1");
        broker.ask(new AdminRequest.SetPaused(Kind.SUBSCRIPTION, "orders::a", true));
        a.accept(0);
        a.grant(10);

        assertEquals(1, broker.view("orders::a").depth());
        assertEquals(List.of("m0"), a.bodies());
        assertEquals(List.of("m0", "m1"), b.bodies());
    }

    @Test
    void drainOfAPausedQueueEnds() {
        broker.start();
        publish("work", "m0");
        broker.ask(new AdminRequest.SetPaused(Kind.QUEUE, "work", true));
        TestConsumer consumer = broker.consumer("work", 0);
        consumer.drain(5);

        assertEquals(1, consumer.drained);
        assertEquals(List.of(), consumer.bodies());
    }

    @Test
    void soughtSubscriptionReadsAgainFromTheEarliest() {
        broker.topic("orders", "inventory").start();
        publish("orders", "m0", "m1", "m2");
        TestConsumer consumer = broker.consumer("orders::inventory", 3);
        consumer.accept(0, 2);
        consumer.fail(1);
        consumer.detach();
        broker.ask(new AdminRequest.Seek("orders::inventory", StartAt.EARLIEST));
        crashAndSnapshotAndCrash();
        TestConsumer after = broker.consumer("orders::inventory", 10);

        assertEquals(List.of("m0", "m1", "m2"), after.bodies());
        assertEquals(0, after.deliveries.get(1).failures(), "failures are forgotten");
    }

    @Test
    void deliveriesOfBeforeASeekAreNoMatterWhenTheyAreSettled() {
        broker.topic("orders", "inventory").start();
        publish("orders", "m0", "m1", "m2");
        TestConsumer consumer = broker.consumer("orders::inventory", 3);
        broker.ask(new AdminRequest.Seek("orders::inventory", StartAt.EARLIEST));
        assertEquals(3, consumer.expiredLocks.size());
        consumer.accept(0);
        consumer.settle(new Outcome.Rejected("late"), 1);
        consumer.fail(2);

        assertEquals(3, broker.view("orders::inventory").depth());
        assertEquals(0, broker.view("orders::inventory").inFlight());
        consumer.grant(3);
        assertEquals(List.of("m0", "m1", "m2", "m0", "m1", "m2"), consumer.bodies());
        consumer.accept(3, 4, 5);
        assertEquals(0, broker.view("orders::inventory").depth());
    }

    @Test
    void seekGoesToLatestToAnOffsetAndToATime() {
        broker.topic("orders", "inventory").start();
        for (int i = 0; i < 5; i++) {
            publish("orders", "m" + i);
            broker.pass(1_000);
        }
        assertEquals(
                0,
                broker.ask(new AdminRequest.Seek("orders::inventory", StartAt.LATEST))
                        .depth());
        assertEquals(
                2,
                broker.ask(new AdminRequest.Seek("orders::inventory", new StartAt.Offset(3)))
                        .depth());
        long third = broker.now - 3_000;
        assertEquals(
                3,
                broker.ask(new AdminRequest.Seek("orders::inventory", new StartAt.Instant(third)))
                        .depth());
        broker.ask(new AdminRequest.Seek("orders::inventory", new StartAt.Offset(6)));
        assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code());
        assertEquals(
                List.of("m2", "m3", "m4"),
                broker.consumer("orders::inventory", 9).bodies());
    }

    @Test
    void keysAndRetriesBeginAnewAfterASeek() {
        broker.topic("orders", "inventory").start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish(message("a1", "a", 0, 0));
        publisher.publish(message("a2", "a", 0, 0));
        TestConsumer consumer = broker.consumer("orders::inventory", 1);
        consumer.fail(0);
        broker.ask(new AdminRequest.Seek("orders::inventory", new StartAt.Offset(1)));
        consumer.grant(5);
        consumer.accept(1);
        broker.pass(60_000);

        assertEquals(0, broker.view("orders::inventory").scheduled());
        assertEquals(List.of("a1", "a2"), consumer.bodies());
    }

    @Test
    void newSubscriptionStartsWhereItIsTold() {
        broker.topic("orders").start();
        publish("orders", "m0", "m1");
        QueueSettings settings = QueueSettings.DEFAULT;
        broker.ask(new AdminRequest.DeclareSubscription("orders", "all", StartAt.EARLIEST, settings));
        broker.ask(new AdminRequest.DeclareSubscription("orders", "new", StartAt.LATEST, settings));
        broker.ask(new AdminRequest.DeclareSubscription("orders", "some", new StartAt.Offset(1), settings));
        crashAndSnapshotAndCrash();

        assertEquals(2, broker.view("orders::all").depth());
        assertEquals(0, broker.view("orders::new").depth());
        assertEquals(1, broker.view("orders::some").depth());
    }

    @Test
    void deletedQueueIsGoneWithItsMessagesItsDeadLettersAndItsLinks() {
        broker.start();
        publish("work", "m0", "m1");
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 2);
        consumer.settle(new Outcome.Rejected("bad"), 0);
        TestConsumer dead = broker.consumer("work/$deadletterqueue", 1);
        broker.ask(new AdminRequest.Delete(Kind.QUEUE, "work"));

        assertNull(broker.refusal);
        assertEquals(BrokerError.Code.RESOURCE_DELETED, publisher.closed.code());
        assertEquals(BrokerError.Code.RESOURCE_DELETED, consumer.closed.code());
        assertEquals(BrokerError.Code.RESOURCE_DELETED, dead.closed.code());
        assertEquals(List.of(), broker.describe());
        consumer.accept(1);
        publisher.publish("to nowhere");
        consumer.detach();
        publisher.detach();
        broker.pass(100_000);
        crashAndSnapshotAndCrash();
        assertEquals(List.of(), broker.describe());
        publish("work", "again");
        assertEquals(0, broker.consumer("work", 5).last().offset());
        assertEquals(0, broker.view("work").deadLetters());
    }

    @Test
    void deletedTopicIsGoneWithAllItsSubscriptions() {
        broker.topic("orders", "a", "b").start();
        publish("orders", "m0");
        TestConsumer own = broker.consumer("orders", 1);
        TestConsumer a = broker.consumer("orders::a", 1);
        broker.ask(new AdminRequest.Delete(Kind.TOPIC, "orders"));
        broker.topics.clear();

        assertNotNull(own.closed);
        assertNotNull(a.closed);
        crashAndSnapshotAndCrash();
        assertEquals(List.of(), broker.describe());
    }

    @Test
    void deletedSubscriptionIsGoneAndTheTopicGoesOn() {
        broker.topic("orders", "a").start();
        broker.topics.clear();
        TestConsumer a = broker.consumer("orders::a", 1);
        publish("orders", "m0");
        a.settle(new Outcome.Rejected("bad"), 0);
        broker.ask(new AdminRequest.Delete(Kind.SUBSCRIPTION, "orders::a"));

        assertNotNull(a.closed);
        publish("orders", "m1");
        crashAndSnapshotAndCrash();
        assertEquals(
                List.of("orders"),
                broker.describe().stream().map(DestinationView::name).toList());
        assertEquals(2, broker.view("orders").depth());
    }

    @Test
    void spaceOfADeletedQueueIsUsedAgain() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 3_000; i++) {
            publisher.publish("m" + i);
        }
        long before = broker.logBytes();
        broker.ask(new AdminRequest.Delete(Kind.QUEUE, "work"));
        broker.snapshot();

        assertTrue(broker.logBytes() < before, before + " bytes before, " + broker.logBytes() + " after");
    }

    @Test
    void deletionDuringACleanersRoundIsNoMatter() {
        broker.start();
        broker.publisher("kept").publish("for long");
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 5_000; i++) {
            publisher.publish("m" + i);
        }
        TestConsumer consumer = broker.consumer("work", 1_000);
        for (int i = 0; i < 5; i++) {
            consumer.acceptAll();
            consumer.grant(1_000);
        }
        broker.snapshot();
        broker.ask(new AdminRequest.Delete(Kind.QUEUE, "work"));
        broker.ask(new AdminRequest.Delete(Kind.QUEUE, "kept"));
        for (int i = 0; i < 20; i++) {
            broker.pass(10);
        }
        crashAndSnapshotAndCrash();

        assertEquals(List.of(), broker.describe());
    }

    @Test
    void whatDoesNotExistIsNotFound() {
        broker.topic("orders", "a").queue("work", QueueSettings.DEFAULT).start();
        for (AdminRequest<?> request : List.<AdminRequest<?>>of(
                new AdminRequest.Inspect(Kind.QUEUE, "none"),
                new AdminRequest.Inspect(Kind.QUEUE, "orders"),
                new AdminRequest.Inspect(Kind.TOPIC, "work"),
                new AdminRequest.Inspect(Kind.SUBSCRIPTION, "work"),
                new AdminRequest.Delete(Kind.SUBSCRIPTION, "orders::b"),
                new AdminRequest.SetPaused(Kind.QUEUE, "orders", true),
                new AdminRequest.Seek("orders::b", StartAt.EARLIEST),
                new AdminRequest.DeclareSubscription("none", "a", StartAt.EARLIEST, QueueSettings.DEFAULT))) {
            broker.ask(request);
            assertEquals(BrokerError.Code.NOT_FOUND, broker.refusal.code(), request.toString());
        }
    }

    @Test
    void deadLetterQueueIsNotDeletedByItself() {
        broker.start();
        publish("work", "m0");
        broker.consumer("work", 1).settle(new Outcome.Rejected("bad"), 0);
        broker.ask(new AdminRequest.Delete(Kind.QUEUE, "work/$deadletterqueue"));

        assertEquals(BrokerError.Code.NOT_ALLOWED, broker.refusal.code());
        assertEquals(1, broker.view("work").deadLetters());
    }
}
