package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.log.DiskState;
import dev.millrace.broker.log.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Few messages that stay do not keep the segments that they lie in. */
class CleanerTest {

    private static final int EVERY = 100;
    private static final int MESSAGES = 10_000;

    private final BrokerFixture broker = new BrokerFixture();

    /** One message in a hundred is left in the queue. */
    private List<String> leaveFew() {
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 1_000);
        List<String> left = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            publisher.publish("m" + i);
            if (i % EVERY == 0) {
                left.add("m" + i);
            } else {
                consumer.accept(i);
                consumer.grant(10);
            }
        }
        consumer.grant(0);
        consumer.settle(
                Outcome.RELEASED,
                left.stream()
                        .mapToInt(body -> Integer.parseInt(body.substring(1)))
                        .toArray());
        consumer.detach();
        return left;
    }

    private void clean() {
        broker.snapshot();
        while (broker.nextDeadline() <= broker.now + 10) {
            broker.pass(10);
        }
        broker.snapshot();
    }

    @Test
    void messagesLeftBehindAreCopiedForwardAndTheirSegmentsGo() {
        broker.start();
        List<String> left = leaveFew();
        long before = broker.logBytes();
        clean();

        assertTrue(broker.logBytes() < before / 4, before + " bytes before, " + broker.logBytes() + " after");
        assertEquals(left, broker.consumer("work", 1_000).bodies());
    }

    @Test
    void copiesAreFoundAfterACrashFromTheSnapshotAndFromTheLogBehindIt() {
        broker.start();
        List<String> left = leaveFew();
        broker.snapshot();
        broker.pass(10);
        broker.crash(1);
        assertEquals(left.size(), broker.view("work").depth());
        clean();
        broker.crash(2);

        assertEquals(left, broker.consumer("work", 1_000).bodies());
    }

    /** The copies are not synced when the snapshot becomes durable: it must not say that the messages lie there. */
    @Test
    void snapshotThatIsBeingWrittenKeepsThePositionsItWasTakenWith() {
        broker.start();
        List<String> left = leaveFew();
        broker.snapshot();
        Snapshot taken = broker.capture();
        while (broker.nextDeadline() <= broker.now + 10) {
            broker.passUnsynced(10);
        }
        assertTrue(new SnapshotStore(broker.storage).write(taken.position(), taken));
        broker.crash(3);

        assertEquals(left, broker.consumer("work", 1_000).bodies());
    }

    @Test
    void nothingIsCopiedWhileTheLogIsMostlyAlive() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 1_000; i++) {
            publisher.publish("x".repeat(900));
        }
        broker.snapshot();

        assertTrue(broker.nextDeadline() > broker.now, "the cleaner is at work");
    }

    @Test
    void diskThatIsFullIsNotFilledFurtherByCopies() {
        broker.start();
        leaveFew();
        broker.execute(new Command.ReportDisk(DiskState.FULL));
        broker.snapshot();

        assertTrue(broker.nextDeadline() > broker.now, "the cleaner is at work");
    }
}
