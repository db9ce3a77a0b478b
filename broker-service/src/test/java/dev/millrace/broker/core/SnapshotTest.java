package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A broker that starts from a snapshot is the one that the snapshot was taken of. */
class SnapshotTest {

    private static final long LONG_AFTER = 60_000;

    private final BrokerFixture broker = new BrokerFixture();

    private static List<String> numbered(int from, int to) {
        List<String> bodies = new ArrayList<>();
        for (int i = from; i < to; i++) {
            bodies.add("m" + i);
        }
        return bodies;
    }

    @Test
    void everythingDurableComesBackFromASnapshot() {
        broker.queue("work", QueueSettings.DEFAULT).topic("orders", "inventory").start();
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 6).forEach(publisher::publish);
        publisher.publish(message("later", null, 0, broker.now + 10_000));
        broker.publisher("orders").publish("event");
        TestConsumer consumer = broker.consumer("work", 4);
        consumer.accept(0, 2);
        consumer.settle(new Outcome.Rejected("bad"), 1);
        consumer.fail(3);

        broker.snapshot();
        broker.crash(1);

        TestConsumer after = broker.consumer("work", 100);
        assertEquals(List.of("m4", "m5"), after.bodies());
        broker.pass(1_000);
        assertEquals(List.of("m4", "m5", "m3"), after.bodies());
        assertEquals(1, after.last().failures());
        broker.pass(10_000);
        assertEquals("later", after.last().message().messageId());
        TestConsumer dead = broker.consumer("work/$deadletterqueue", 10);
        assertEquals(List.of("m1"), dead.bodies());
        assertEquals("bad", dead.last().deaths().getFirst().error());
        assertEquals(List.of("event"), broker.consumer("orders::inventory", 10).bodies());
    }

    @Test
    void whatHappenedAfterTheSnapshotIsAddedToIt() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 3);
        numbered(0, 5).forEach(publisher::publish);
        broker.snapshot();
        consumer.accept(1);
        numbered(5, 8).forEach(publisher::publish);

        broker.crash(2);

        assertEquals(
                List.of("m0", "m2", "m3", "m4", "m5", "m6", "m7"),
                broker.consumer("work", 100).bodies());
    }

    @Test
    void snapshotIsOfTheMomentItWasTakenThoughItIsWrittenLater() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 5_000).forEach(publisher::publish);
        Snapshot snapshot = broker.capture();
        assertEquals(5_000, drained("work").size());
        numbered(5_000, 9_000).forEach(publisher::publish);
        broker.write(snapshot);

        broker.crash(3);

        assertTrue(numbered(5_000, 9_000).equals(drained("work")), "something else came back");
    }

    @Test
    void settingsAndIdsComeBack() {
        QueueSettings small = new QueueSettings(7, 2, QueueSettings.DEFAULT.backoff(), 1_000);
        broker.queue("work", small)
                .topic("orders", new RetentionSettings(5_000, 0), "inventory")
                .start();
        broker.snapshot();
        broker.queues.clear();
        broker.topics.clear();
        broker.crash(4);

        assertEquals(7, broker.publisher("work").publishOnCredit("m"));
        broker.publisher("orders").publish("old");
        broker.pass(LONG_AFTER);
        assertEquals(0, broker.view("orders").depth());
        broker.publisher("new").publish("other");
        assertEquals(List.of("other"), broker.consumer("new", 10).bodies());
        assertEquals(7, broker.view("work").depth());
    }

    @Test
    void segmentsThatNothingNeedsGoWithASnapshot() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (int round = 0; round < 40; round++) {
            TestConsumer consumer = broker.consumer("work", 1_000);
            numbered(0, 500).forEach(publisher::publish);
            consumer.acceptAll();
            consumer.detach();
            broker.snapshot();
            assertTrue(broker.logBytes() <= 20L * BrokerFixture.SEGMENT, "the log has " + broker.logBytes());
        }
        publisher.publish("last");
        broker.crash(5);
        assertEquals(List.of("last"), broker.consumer("work", 10).bodies());
    }

    @Test
    void segmentIsKeptUntilASnapshotThatShowsItEmptyIsDurable() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        numbered(0, 500).forEach(publisher::publish);
        Snapshot early = broker.capture();
        TestConsumer consumer = broker.consumer("work", 1_000);
        consumer.acceptAll();
        long before = broker.logBytes();
        broker.write(early);
        assertEquals(before, broker.logBytes(), "the settlements are not in the snapshot that is durable");

        broker.snapshot();
        assertTrue(broker.logBytes() < before);
    }

    @Test
    void logMayHaveHolesBeforeTheSnapshot() {
        broker.start();
        broker.publisher("kept").publish("for long");
        for (int round = 0; round < 4; round++) {
            TestPublisher publisher = broker.publisher("work");
            numbered(0, 500).forEach(publisher::publish);
            drained("work");
            broker.snapshot();
        }
        broker.crash(6);

        assertTrue(broker.logBytes() <= 8L * BrokerFixture.SEGMENT, "the log has " + broker.logBytes());
        assertEquals(List.of("for long"), broker.consumer("kept", 1).bodies());
    }

    private List<String> drained(String queue) {
        TestConsumer consumer = broker.consumer(queue, 1_000);
        for (int done = 0; done < consumer.deliveries.size(); ) {
            done = consumer.deliveries.size();
            consumer.acceptAll();
            consumer.grant(1_000);
        }
        consumer.detach();
        return consumer.bodies();
    }
}
