package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when a destination has as much as it may have. */
class BoundsTest {

    private static final int KIB = 1_000;

    private final BrokerFixture broker = new BrokerFixture();

    private static QueueSettings bound(long messages, long bytes, WhenFull policy) {
        return QueueSettings.DEFAULT.withBounds(messages, bytes, policy);
    }

    private TestPublisher publish(String address, int from, int to) {
        TestPublisher publisher = broker.publisher(address);
        for (int i = from; i < to; i++) {
            publisher.publish("m" + i);
        }
        return publisher;
    }

    private static Message large(String id) {
        return new Message(new byte[KIB], 0, 0, id, null, Message.NORMAL_PRIORITY, true, 0, 0);
    }

    @Test
    void blockingStopsCreditAtTheBytesAndGivesItBackWithRoom() {
        broker.queue("work", bound(1_000, 100 * KIB, WhenFull.BLOCK)).start();
        TestPublisher publisher = broker.publisher("work");
        int sent = 0;
        while (publisher.credit > 0) {
            publisher.publish(large("m" + sent++));
        }

        assertTrue(sent >= 80 && sent <= 200, sent + " were asked for");
        assertEquals(sent, publisher.accepted.size());
        TestConsumer consumer = broker.consumer("work", 1_000);
        consumer.acceptAll();
        assertTrue(publisher.credit > 0);
    }

    @Test
    void blockingQueueOfBytesAlwaysAsksForOneWhileThereIsRoom() {
        broker.queue("work", bound(1_000, 10, WhenFull.BLOCK)).start();

        assertEquals(1, broker.publisher("work").credit);
    }

    @Test
    void aPublisherThatNeverSendsDoesNotKeepOthersFromSending() {
        broker.queue("work", bound(10, 0, WhenFull.BLOCK)).start();
        for (int i = 0; i < 8; i++) {
            assertTrue(broker.publisher("work").credit > 0, "publisher " + i);
        }

        TestPublisher busy = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 1_000);
        for (int i = 0; i < 10; i++) {
            assertTrue(busy.publishOnCredit("m" + i) > 0, "time " + i);
            consumer.acceptAll();
            consumer.grant(1_000);
        }
    }

    @Test
    void publishersShareWhatASmallQueueTakes() {
        broker.queue("work", bound(100, 0, WhenFull.BLOCK)).start();
        TestPublisher first = broker.publisher("work");
        TestPublisher second = broker.publisher("work");
        TestPublisher third = broker.publisher("work");
        assertTrue(first.credit + second.credit + third.credit <= 100, "more than there is space for");
        TestConsumer consumer = broker.consumer("work", 1_000);
        for (int i = 0; i < 2_000; i++) {
            for (TestPublisher publisher : List.of(first, second, third)) {
                if (publisher.credit > 0) {
                    publisher.publish(System.identityHashCode(publisher) + "-" + i);
                }
            }
            if (consumer.held.size() > 90) {
                consumer.settle(Outcome.ACCEPTED, consumer.held.getFirst());
                consumer.grant(1_000);
            }
        }

        int least = Math.min(first.accepted.size(), Math.min(second.accepted.size(), third.accepted.size()));
        int most = Math.max(first.accepted.size(), Math.max(second.accepted.size(), third.accepted.size()));
        assertTrue(least > 500 && most <= least * 5 / 4, "between " + least + " and " + most + " each");
    }

    @Test
    void theBoundIsNotPassedByMoreThanItself() {
        broker.queue("work", bound(10, 0, WhenFull.BLOCK)).start();
        List<TestPublisher> publishers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            publishers.add(broker.publisher("work"));
        }
        assertTrue(publishers.stream().mapToInt(publisher -> publisher.credit).sum() <= 20);
        publishers.forEach(publisher -> publisher.publishOnCredit("m" + publisher.hashCode()));

        assertTrue(broker.view("work").depth() <= 20);
        assertTrue(publishers.stream().allMatch(publisher -> publisher.rejected.isEmpty()));
    }

    @Test
    void rejectingQueueKeepsCreditAndRejectsWhatIsTooMuch() {
        broker.queue("work", bound(3, 0, WhenFull.REJECT)).start();
        TestPublisher publisher = publish("work", 0, 5);

        assertEquals(3, publisher.accepted.size());
        assertEquals(
                List.of(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, BrokerError.Code.RESOURCE_LIMIT_EXCEEDED),
                publisher.rejected.stream().map(BrokerError::code).toList());
        assertTrue(publisher.credit > 1_000);
        broker.consumer("work", 1).accept(0);
        publisher.publish("next");
        assertEquals(4, publisher.accepted.size());
    }

    @Test
    void rejectingQueueCountsBytesToo() {
        broker.queue("work", bound(1_000, 5 * KIB, WhenFull.REJECT)).start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 10; i++) {
            publisher.publish(large("m" + i));
        }

        assertEquals(4, publisher.accepted.size());
        assertEquals(6, publisher.rejected.size());
    }

    @Test
    void oldestMessagesAreDroppedAndCounted() {
        broker.queue("work", bound(3, 0, WhenFull.DROP_OLDEST)).start();
        TestPublisher publisher = publish("work", 0, 10);

        assertEquals(10, publisher.accepted.size());
        assertEquals(3, broker.view("work").depth());
        assertEquals(7, broker.view("work").dropped());
        assertEquals(0, broker.view("work").settled());
        assertEquals(List.of("m7", "m8", "m9"), broker.consumer("work", 10).bodies());
    }

    @Test
    void droppedMessagesStayGoneAfterACrash() {
        broker.queue("work", bound(3, 0, WhenFull.DROP_OLDEST)).start();
        publish("work", 0, 5);
        broker.crash(1);
        broker.snapshot();
        broker.crash(2);

        assertEquals(List.of("m2", "m3", "m4"), broker.consumer("work", 10).bodies());
    }

    @Test
    void whatConsumersHaveIsNotDroppedAndNotCounted() {
        broker.queue("work", bound(2, 0, WhenFull.DROP_OLDEST)).start();
        TestConsumer consumer = broker.consumer("work", 2);
        publish("work", 0, 6);

        assertEquals(List.of("m0", "m1"), consumer.bodies());
        assertEquals(4, broker.view("work").depth());
        consumer.settle(Outcome.RELEASED, 0);
        publish("work", 6, 7);
        consumer.accept(1);
        consumer.grant(10);
        assertEquals(List.of("m0", "m1", "m5", "m6"), consumer.bodies());
    }

    @Test
    void oldestBytesAreDropped() {
        broker.queue("work", bound(1_000, 5 * KIB, WhenFull.DROP_OLDEST)).start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 3);
        for (int i = 0; i < 20; i++) {
            publisher.publish(large("m" + i));
        }
        assertEquals(3 + 4, broker.view("work").depth());
        consumer.acceptAll();
        consumer.grant(100);
        assertEquals(
                List.of("m16", "m17", "m18", "m19"),
                consumer.deliveries.stream()
                        .skip(3)
                        .map(delivery -> delivery.message().messageId())
                        .toList());
        consumer.acceptAll();
        for (int i = 0; i < 4; i++) {
            publisher.publish(large("n" + i));
        }
        assertEquals(13, broker.view("work").dropped());
    }

    @Test
    void lowerBoundDropsWhatIsThereAlreadyInPieces() {
        broker.queue("work", QueueSettings.DEFAULT).start();
        publish("work", 0, 11_000);
        broker.ask(new AdminRequest.DeclareQueue("work", bound(5, 0, WhenFull.DROP_OLDEST)));
        assertTrue(broker.view("work").depth() > 5, "a command did it all");
        while (broker.nextDeadline() <= broker.now + 1) {
            broker.pass(1);
        }

        assertEquals(5, broker.view("work").depth());
    }

    @Test
    void keyGoesOnWhenTheMessageBeforeItWasDropped() {
        broker.queue("work", bound(2, 0, WhenFull.DROP_OLDEST)).start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 1);
        publisher.publish(message("a1", "a", 0, 0));
        consumer.fail(0);
        publisher.publish(message("a2", "a", 0, 0));
        publisher.publish(message("a3", "a", 0, 0));
        consumer.grant(1);

        assertEquals(List.of("a1", "a2"), consumer.bodies());
    }

    @Test
    void scheduledMessagesThatWereDroppedAreForgotten() {
        broker.queue("work", bound(10, 0, WhenFull.DROP_OLDEST)).start();
        broker.consumer("work", 1);
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 3_000; i++) {
            publisher.publish(message("m" + i, null, 0, broker.now + 1_000_000));
        }

        assertEquals(10, broker.view("work").depth());
        assertTrue(broker.view("work").scheduled() < 1_100);
    }
}
