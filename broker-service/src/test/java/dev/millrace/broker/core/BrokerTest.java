package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokerTest {

    private static final long FIRST_BACKOFF = 240;
    private static final QueueSettings THREE_ATTEMPTS = new QueueSettings(
            QueueSettings.DEFAULT.maxMessages(), 3, new QueueSettings.Backoff(200, 2, 30_000, 0.2), 5_000);

    private final BrokerFixture broker = new BrokerFixture();

    private static List<String> numbered(int from, int to) {
        List<String> bodies = new ArrayList<>();
        for (int i = from; i < to; i++) {
            bodies.add("m" + i);
        }
        return bodies;
    }

    @Test
    void consumersOfAQueueShareItsMessages() {
        broker.start();
        TestConsumer first = broker.consumer("work", 100);
        TestConsumer second = broker.consumer("work", 100);
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 10).forEach(publisher::publish);

        assertEquals(List.of("m0", "m2", "m4", "m6", "m8"), first.bodies());
        assertEquals(List.of("m1", "m3", "m5", "m7", "m9"), second.bodies());
        assertEquals(10, publisher.accepted.size());
    }

    @Test
    void everySubscriptionOfATopicGetsEveryMessageOnce() {
        broker.topic("orders", "inventory", "notification").start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("before");
        TestConsumer inventory = broker.consumer("orders::inventory", 10);
        TestConsumer notification = broker.consumer("orders::notification", 10);
        publisher.publish("after");

        assertEquals(List.of("before", "after"), inventory.bodies());
        assertEquals(List.of("before", "after"), notification.bodies());
    }

    @Test
    void receiverOnATopicItselfGetsWhatComesFromNowOn() {
        broker.topic("orders").start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("before");
        TestConsumer consumer = broker.consumer("orders", 10);
        publisher.publish("after");

        assertEquals(List.of("after"), consumer.bodies());
        assertTrue(broker.describe().stream().noneMatch(view -> view.name().contains("private")));
    }

    @Test
    void nothingIsHandedOutBeyondCredit() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 3);
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 10).forEach(publisher::publish);
        assertEquals(numbered(0, 3), consumer.bodies());

        consumer.grant(2);
        assertEquals(numbered(0, 5), consumer.bodies());
    }

    @Test
    void drainedCreditIsGivenBack() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        TestConsumer consumer = broker.consumer("work", 0);
        consumer.drain(5);
        publisher.publish("m1");

        assertEquals(List.of("m0"), consumer.bodies());
        assertEquals(1, consumer.drained);
    }

    @Test
    void messageOfALostLinkComesBackCountedAfterItsBackoff() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer lost = broker.consumer("work", 1);
        publisher.publish("m0");
        lost.detach();
        TestConsumer next = broker.consumer("work", 1);
        assertEquals(List.of(), next.bodies());

        broker.pass(FIRST_BACKOFF);
        assertEquals(List.of("m0"), next.bodies());
        assertEquals(1, next.last().failures());
    }

    @Test
    void messageThatNeverReachedItsLostLinkComesBackAtOnceAndIsNotCounted() {
        broker.start();
        TestConsumer lost = broker.consumer("work", 2);
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("reached");
        publisher.publish("under way");
        lost.detachBefore(1);
        TestConsumer next = broker.consumer("work", 2);
        assertEquals(List.of("under way"), next.bodies());
        assertEquals(0, next.last().failures());

        broker.pass(FIRST_BACKOFF);
        assertEquals(List.of("under way", "reached"), next.bodies());
        assertEquals(1, next.last().failures());
    }

    @Test
    void releasedMessageComesBackAtOnceAndIsNotCounted() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 2);
        broker.publisher("work").publish("m0");
        consumer.settle(Outcome.RELEASED, 0);

        assertEquals(List.of("m0", "m0"), consumer.bodies());
        assertEquals(0, consumer.last().failures());
    }

    @Test
    void messageIsDeadLetteredAfterItsLastAttemptWithWhatHappened() {
        broker.queue("work", THREE_ATTEMPTS).start();
        TestConsumer consumer = broker.consumer("work", 10);
        broker.publisher("work").publish("m0");
        for (int attempt = 0; attempt < 3; attempt++) {
            consumer.fail(attempt);
            broker.pass(60_000);
        }
        TestConsumer deadLetters = broker.consumer("work/$deadletterqueue", 10);

        assertEquals(3, consumer.deliveries.size());
        assertEquals(List.of("m0"), deadLetters.bodies());
        Death death = deadLetters.last().deaths().getFirst();
        assertEquals(Death.Reason.ATTEMPTS_EXHAUSTED, death.reason());
        assertEquals(3, death.attempts());
        assertEquals("work", death.source());
        assertEquals("failed on purpose", death.error());
        assertEquals("test-container", death.container());
        assertEquals(0, broker.view("work").depth());
        assertEquals(1, broker.view("work").deadLetters());
    }

    @Test
    void rejectedMessageIsDeadLetteredAtOnceForItsSubscriptionAlone() {
        broker.topic("orders", "inventory", "notification").start();
        TestConsumer inventory = broker.consumer("orders::inventory", 10);
        TestConsumer notification = broker.consumer("orders::notification", 10);
        broker.publisher("orders").publish("m0");
        inventory.settle(new Outcome.Rejected("no such product"), 0);
        notification.accept(0);
        TestConsumer deadLetters = broker.consumer("orders::inventory/$deadletterqueue", 10);

        assertEquals(List.of("m0"), deadLetters.bodies());
        assertEquals("no such product", deadLetters.last().deaths().getFirst().error());
        assertEquals("orders", deadLetters.last().deaths().getFirst().address());
        assertEquals(0, broker.view("orders::notification").deadLetters());
    }

    @Test
    void lockThatRunsOutIsAFailedAttemptAndItsLateSettlementIsIgnored() {
        broker.queue("work", THREE_ATTEMPTS).start();
        TestConsumer consumer = broker.consumer("work", 10);
        broker.publisher("work").publish("m0");
        broker.pass(4_999);
        assertTrue(consumer.expiredLocks.isEmpty());
        broker.pass(1);
        assertEquals(1, consumer.expiredLocks.size());
        consumer.accept(0);
        broker.pass(FIRST_BACKOFF);

        assertEquals(List.of("m0", "m0"), consumer.bodies());
        assertEquals(1, consumer.last().failures());
    }

    @Test
    void messagesOfOneKeyGoOneAtATimeAndInOrderThroughARetry() {
        broker.start();
        TestConsumer first = broker.consumer("work", 100);
        TestConsumer second = broker.consumer("work", 100);
        TestPublisher publisher = broker.publisher("work");
        publisher.publish(message("a1", "a", 0, 0));
        publisher.publish(message("a2", "a", 0, 0));
        publisher.publish(message("b1", "b", 0, 0));
        publisher.publish(message("a3", "a", 0, 0));
        assertEquals(List.of("a1"), first.bodies());
        assertEquals(List.of("b1"), second.bodies());

        first.fail(0);
        assertEquals(1, first.deliveries.size(), "a2 waits with a1");
        broker.pass(FIRST_BACKOFF);
        TestConsumer holder = first.deliveries.size() == 2 ? first : second;
        assertEquals("a1", holder.bodies().getLast());
        holder.accept(1);
        List<String> all = new ArrayList<>(first.bodies());
        all.addAll(second.bodies());
        assertTrue(all.contains("a2") && !all.contains("a3"), all.toString());
    }

    @Test
    void aMessageThatHadFailedComesAtOnceWhenItIsDueAndTheOneBeforeItIsDone() {
        broker.queue("work", new QueueSettings(100, 5, new QueueSettings.Backoff(100, 1, 100, 0), 30_000))
                .start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish(message("scheduled", "k", 0, broker.now + 50));
        publisher.publish(message("failed", "k", 0, 0));
        broker.consumer("work", 1).fail(0);
        broker.pass(60);
        // After a restart they are in their first order again.
        broker.crash(1);
        TestConsumer consumer = broker.consumer("work", 10);
        broker.pass(60);
        assertEquals(List.of("scheduled"), consumer.bodies());
        consumer.accept(0);

        assertEquals(List.of("scheduled", "failed"), consumer.bodies(), "without a tick");
    }

    @Test
    void keyGoesOnWhenItsMessageIsDeadLettered() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 100);
        TestPublisher publisher = broker.publisher("work");
        publisher.publish(message("a1", "a", 0, 0));
        publisher.publish(message("a2", "a", 0, 0));
        consumer.settle(new Outcome.Rejected("bad"), 0);

        assertEquals(List.of("a1", "a2"), consumer.bodies());
    }

    @Test
    void scheduledMessageIsNotDeliveredBeforeItsTime() {
        broker.start();
        TestConsumer consumer = broker.consumer("timeouts", 10);
        TestPublisher publisher = broker.publisher("timeouts");
        publisher.publish(message("later", null, 0, broker.now + 30_000));
        publisher.publish(message("now", null, 0, 0));
        assertEquals(List.of("now"), consumer.bodies());
        broker.pass(29_999);
        assertEquals(List.of("now"), consumer.bodies());
        broker.pass(1);
        assertEquals(List.of("now", "later"), consumer.bodies());
        assertEquals(0, consumer.last().failures());
    }

    @Test
    void scheduledMessageIsSaidToBeReadSoonAheadOfItsTimeOnce() {
        broker.start();
        TestConsumer consumer = broker.consumer("timeouts", 10);
        broker.publisher("timeouts").publish(message("later", null, 0, broker.now + 30_000));
        numbered(0, 200).forEach(broker.publisher("work")::publish);
        broker.pass(19_999);
        assertEquals(0, broker.storage.expected());
        broker.pass(1);
        assertEquals(1, broker.storage.expected());
        broker.pass(9_999);
        assertEquals(List.of(), consumer.bodies());
        broker.pass(1);
        assertEquals(List.of("later"), consumer.bodies());
        assertEquals(1, broker.storage.expected());
    }

    @Test
    void scheduledMessagesAreCountedAlsoWhereNobodyConsumes() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish(message("now", null, 0, 0));
        for (int i = 0; i < 5_000; i++) {
            publisher.publish(message("later", null, 0, broker.now + 30_000));
        }
        assertEquals(5_000, broker.view("work").scheduled());

        broker.pass(30_000);

        assertEquals(0, broker.view("work").scheduled());
        assertEquals(5_001, broker.view("work").depth());
    }

    @Test
    void expiredMessageIsDeadLetteredInsteadOfDelivered() {
        broker.start();
        broker.publisher("work").publish(message("stale", null, broker.now + 100, 0));
        broker.pass(100);
        TestConsumer consumer = broker.consumer("work", 10);
        TestConsumer deadLetters = broker.consumer("work/$deadletterqueue", 10);

        assertEquals(List.of(), consumer.bodies());
        assertEquals(
                Death.Reason.EXPIRED, deadLetters.last().deaths().getFirst().reason());
    }

    @Test
    void publisherGetsNoCreditBeyondTheBoundUntilMessagesAreSettled() {
        QueueSettings small = new QueueSettings(10, 5, QueueSettings.DEFAULT.backoff(), 30_000);
        broker.queue("work", small).start();
        TestPublisher publisher = broker.publisher("work");
        assertEquals(10, publisher.publishOnCredit("first"));

        TestConsumer consumer = broker.consumer("work", 4);
        consumer.accept(0, 1, 2, 3);
        assertEquals(4, publisher.publishOnCredit("second"));
    }

    @Test
    void creditIsRefilledSoThatAPublisherNeverRunsDry() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 5_000; i++) {
            publisher.publish("m" + i);
            assertTrue(publisher.credit > 0, "after message " + i);
        }
    }

    @Test
    void preSettledConsumerIsDoneWithADeliveryAtOnce() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 10, true);
        broker.publisher("work").publish("m0");

        assertEquals(List.of("m0"), consumer.bodies());
        assertEquals(0, broker.view("work").depth());
    }

    @Test
    void publisherToAnUnknownNameMakesAQueueAndToASubscriptionIsRefused() {
        broker.topic("orders", "inventory").start();
        broker.publisher("new").publish("m0");
        assertEquals(DestinationView.Kind.QUEUE, broker.view("new").kind());
        assertEquals(
                BrokerError.Code.NOT_ALLOWED,
                broker.publisher("orders::inventory").refusal.code());
        assertEquals(
                BrokerError.Code.INVALID_FIELD, broker.publisher("").refusal.code());
    }

    @Test
    void addressesMakeNoMoreDestinationsThanTheBound() {
        broker.start();
        TestPublisher anonymous = broker.publisher(null);
        for (int i = 0; anonymous.rejected.isEmpty() && i <= Destinations.MAX_DESTINATIONS; i++) {
            anonymous.publish("made-up-" + i, message("m" + i));
        }

        assertEquals(
                BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                anonymous.rejected.getFirst().code());
        anonymous.publish("made-up-0", message("still there"));
        assertEquals(1, anonymous.rejected.size());
    }

    @Test
    void everythingComesBackAfterACrash() {
        broker.queue("work", THREE_ATTEMPTS).topic("orders", "inventory").start();
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 6).forEach(publisher::publish);
        TestConsumer consumer = broker.consumer("work", 4);
        consumer.accept(0, 2);
        consumer.settle(new Outcome.Rejected("bad"), 1);
        consumer.fail(3);
        broker.publisher("orders").publish("event");

        broker.crash(7);
        TestConsumer after = broker.consumer("work", 100);
        assertEquals(List.of("m4", "m5"), after.bodies());
        broker.pass(FIRST_BACKOFF);
        assertEquals(List.of("m4", "m5", "m3"), after.bodies());
        assertEquals(1, after.last().failures());
        assertEquals(List.of("m1"), broker.consumer("work/$deadletterqueue", 10).bodies());
        assertEquals(List.of("event"), broker.consumer("orders::inventory", 10).bodies());
    }

    @Test
    void offsetsAreDense() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 10);
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 4).forEach(publisher::publish);

        assertEquals(
                List.of(0L, 1L, 2L, 3L),
                consumer.deliveries.stream().map(Delivery::offset).toList());
        assertFalse(consumer.deliveries.isEmpty());
    }

    @Test
    void messagesWhoseTimeIsOverGoInStepsAndThoseBehindThemComeAlsoToAConsumerThatDrains() {
        broker.queue("work", new QueueSettings(10_000, 5, QueueSettings.DEFAULT.backoff(), 30_000))
                .start();
        BrokerFixture.TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(BrokerFixture.message("late " + i, null, broker.now + 5, 0));
        }
        publisher.publish("in time");
        broker.now += 10;
        BrokerFixture.TestConsumer consumer = broker.consumer("work", 0);

        consumer.drain(3);
        assertEquals(0, consumer.drained);
        assertTrue(broker.view("work").deadLetters() < 1_000);
        for (int i = 0; i < 10; i++) {
            broker.pass(1);
        }

        assertEquals(List.of("in time"), consumer.bodies());
        assertEquals(1, consumer.drained);
        assertEquals(1_000, broker.view("work").deadLetters());
    }

    @Test
    void drainIsAnsweredAlsoWhenAnotherCommandPassesOverTheRest() {
        broker.queue("work", QueueSettings.DEFAULT).start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(message("m" + i, null, broker.now + 10, 0));
        }
        broker.now += 1_000; // all are expired, and more than are passed over at once
        TestConsumer consumer = broker.consumer("work", 0);
        consumer.drain(10);
        assertEquals(0, consumer.drained, "there may be something behind what is expired");
        for (int i = 0; i < 10 && consumer.drained == 0; i++) {
            publisher.publish(message("expired at once", null, broker.now, 0));
        }
        assertEquals(1, consumer.drained);
    }

    @Test
    void drainOfAPausedQueueIsAnsweredAtOnceAndAtTheLatestWhenItIsPaused() {
        broker.queue("work", QueueSettings.DEFAULT).start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(message("m" + i, null, broker.now + 10, 0));
        }
        broker.now += 1_000;
        TestConsumer consumer = broker.consumer("work", 0);
        consumer.drain(10);
        broker.ask(new AdminRequest.SetPaused(DestinationView.Kind.QUEUE, "work", true));
        assertEquals(1, consumer.drained);
        consumer.drain(10);
        assertEquals(2, consumer.drained);
    }
}
