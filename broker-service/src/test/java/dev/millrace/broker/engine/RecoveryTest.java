package dev.millrace.broker.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.log.LogCorruptException;
import dev.millrace.broker.log.LogFailedException;
import dev.millrace.broker.log.PowerLoss;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What the start makes of snapshots and log together; {@code docs/recovery.md} has the table. */
class RecoveryTest {

    private static final int SNAPSHOT_HEADER_BYTES = 28;

    private final SimulatedBroker broker = new SimulatedBroker();
    private int published;

    private void publish(int count) {
        SimulatedPublisher publisher = new SimulatedPublisher(broker, SimulatedBroker.QUEUE, id -> {});
        for (int i = 0; i < count; i++) {
            publisher.publish("m" + published++, null, 400);
        }
        broker.sync();
    }

    private void settleAll() {
        SimulatedConsumer consumer = new SimulatedConsumer(broker, SimulatedBroker.QUEUE, delivery -> {}, id -> {});
        consumer.flow(1_000);
        broker.sync();
        List.copyOf(consumer.held).forEach(delivery -> consumer.settle(delivery, Outcome.ACCEPTED));
        broker.sync();
    }

    private long depth() {
        return broker.describe().stream()
                .filter(view -> view.name().equals(SimulatedBroker.QUEUE))
                .mapToLong(DestinationView::depth)
                .sum();
    }

    private List<String> snapshots() throws Exception {
        return broker.storage.list().stream()
                .filter(name -> name.endsWith(".snapshot"))
                .sorted()
                .toList();
    }

    private void damage(String name) {
        broker.storage.flipBit(name, SNAPSHOT_HEADER_BYTES + 20);
    }

    @Test
    void cleanStopLeavesASnapshotAndTheStartReadsNothingBehindIt() throws Exception {
        broker.start();
        publish(100);
        long end = broker.logEnd();
        broker.stop();
        assertFalse(snapshots().isEmpty());

        broker.start();
        assertEquals(end, broker.snapshotPosition());
        assertEquals(100, depth());
    }

    @Test
    void damagedSnapshotIsDoneWithoutWhereTheLogReachesBackFarEnough() throws Exception {
        broker.start();
        publish(5);
        broker.stop();
        damage(snapshots().getFirst());

        broker.start();
        assertEquals(5, depth());
    }

    @Test
    void damagedSnapshotIsDoneWithoutWhereTheOneBeforeItWillDo() throws Exception {
        broker.start();
        publish(100);
        settleAll();
        broker.stop();
        broker.start();
        publish(10);
        broker.stop();
        assertEquals(2, snapshots().size());
        damage(snapshots().getLast());

        broker.start();
        assertEquals(10, depth());
    }

    @Test
    void damagedSnapshotIsRefusedWhereTheLogDoesNotReachBackFarEnough() throws Exception {
        broker.start();
        publish(100);
        settleAll();
        broker.stop();
        broker.start();
        assertTrue(broker.logBytes() < 100 * 400, "the segments that nothing needs are given back");
        broker.stop();
        for (String name : snapshots()) {
            damage(name);
        }

        String refusal = assertThrows(LogCorruptException.class, broker::start).getMessage();
        assertTrue(refusal.contains(".snapshot is damaged") && refusal.contains("cannot be done without"), refusal);
    }

    @Test
    void snapshotWithoutItsLogIsRefused() throws Exception {
        broker.start();
        publish(10);
        broker.stop();
        for (String name : broker.storage.list()) {
            if (name.endsWith(".log")) {
                broker.storage.delete(name);
            }
        }

        String refusal = assertThrows(LogCorruptException.class, broker::start).getMessage();
        assertTrue(refusal.contains("a snapshot says that it reaches to position"), refusal);
    }

    @Test
    void segmentThatAMessageNeedsMustBeThereThoughItIsOlderThanTheSnapshot() throws Exception {
        broker.start();
        publish(100);
        broker.stop();
        broker.storage.delete("%016x.log".formatted(2 * SimulatedBroker.SEGMENT));

        String refusal = assertThrows(LogCorruptException.class, broker::start).getMessage();
        assertTrue(refusal.contains("missing, but a message there is still needed"), refusal);
    }

    @Test
    void unfinishedFilesAreDeleted() throws Exception {
        broker.start();
        publish(10);
        broker.stop();
        broker.storage.create("unnamed-0000000000001000.snapshot");
        broker.storage.create("unnamed-new-0");

        broker.start();
        broker.stop();
        assertTrue(broker.storage.list().stream().noneMatch(name -> name.contains("1000.snapshot")));
    }

    /** A power loss between the deletions of two segments behind a torn tail once left a hole. */
    @Test
    void recoveryMayBeCutOffAtAnyCallAndGoesOnToTheSameEnd() {
        broker.start();
        publish(40);
        SplittableRandom random = new SplittableRandom(1);
        for (long call = 1; call < 60; call++) {
            broker.storage.crash(random);
            broker.storage.losePowerAt(call);
            try {
                broker.start();
            } catch (PowerLoss | CompletionException expected) {
                assertTrue(broker.storage.isDead());
            }
            broker.storage.crash(random);
            broker.start();
            assertEquals(40, depth(), "power lost at call " + call + " of the start");
        }
    }

    /** After a failed sync the pages count as clean: what only the cache has must be written again, not synced again. */
    @Test
    void whatAFailedSyncLeftInTheCacheIsOnDiskAfterTheNextStart() {
        for (long seed = 0; seed < 50; seed++) {
            SimulatedBroker other = new SimulatedBroker();
            other.storage.random(new SplittableRandom(seed));
            other.start();
            SimulatedPublisher publisher = new SimulatedPublisher(other, SimulatedBroker.QUEUE, id -> {});
            for (int i = 0; i < 20; i++) {
                publisher.publish("m" + i, null, 400);
            }
            other.storage.failSyncs();
            assertThrows(LogFailedException.class, other::sync);
            other.storage.kill();
            other.start();
            List<DestinationView> seen = other.describe();
            other.storage.crash(new SplittableRandom(seed));
            other.start();
            assertEquals(seen, other.describe(), "seed " + seed);
        }
    }
}
