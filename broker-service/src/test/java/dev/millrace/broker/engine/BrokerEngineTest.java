package dev.millrace.broker.engine;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.ConsumerLink;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Message;
import dev.millrace.broker.core.Outcome;
import dev.millrace.broker.core.PublisherLink;
import dev.millrace.broker.core.Terminus;
import dev.millrace.broker.log.DiskState;
import dev.millrace.broker.log.LogFailedException;
import dev.millrace.broker.log.SimulatedStorage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerEngineTest {

    private final SimulatedStorage storage = new SimulatedStorage();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private BrokerEngine engine = start();

    private BrokerEngine start() {
        return BrokerEngine.start(
                storage, EngineSettings.DEFAULT.withSegmentBytes(1 << 20), System::currentTimeMillis, failure::set);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private static Message message() {
        return new Message(new byte[100], 0, 0, null, null, 4, true, 0, 0);
    }

    private TestPublisher publisher() {
        TestPublisher publisher = new TestPublisher();
        engine.submit(new Command.AttachPublisher(publisher, new Terminus("work", Terminus.Kind.ANY)));
        return publisher;
    }

    private void publish(TestPublisher publisher, int count) {
        for (int i = 0; i < count; i++) {
            engine.submit(new Command.Publish(publisher, i, null, message(), false));
        }
    }

    @Test
    void nothingIsAcceptedBeforeItIsSynced() throws Exception {
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        CountDownLatch diskIsSlow = storage.holdSyncs();
        publish(publisher, 10);
        await().until(() -> engine.statistics().commands() >= 11);
        assertEquals(0, publisher.accepted.get());

        diskIsSlow.countDown();
        await().until(() -> publisher.accepted.get() == 10);
    }

    @Test
    void oneSyncServesAllThatCameMeanwhile() throws Exception {
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        CountDownLatch diskIsSlow = storage.holdSyncs();
        publish(publisher, 1_000);
        await().until(() -> engine.statistics().commands() >= 1_001);
        int before = storage.syncs();
        diskIsSlow.countDown();
        await().until(() -> publisher.accepted.get() == 1_000);

        assertTrue(storage.syncs() - before <= 10, (storage.syncs() - before) + " syncs for 1,000 messages");
    }

    @Test
    void afterAFailedSyncNothingIsAcceptedAndTheFailureIsTold() {
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        storage.failSyncs();
        publish(publisher, 10);

        await().until(() -> failure.get() != null);
        assertInstanceOf(LogFailedException.class, failure.get());
        assertEquals(0, publisher.accepted.get());
        assertFalse(engine.isHealthy());
    }

    @Test
    void messagesAreThereAfterARestart() {
        publish(publisher(), 100);
        engine.close();
        engine = start();
        TestConsumer consumer = new TestConsumer();
        engine.submit(new Command.AttachConsumer(consumer, new Terminus("work", Terminus.Kind.ANY), false));
        engine.submit(new Command.Flow(consumer, 1_000, 0, Command.Flow.NO_DRAIN));

        await().until(() -> consumer.deliveries.size() == 100);
    }

    @Test
    void retryComesBackByItself() {
        TestConsumer consumer = new TestConsumer();
        engine.submit(new Command.AttachConsumer(consumer, new Terminus("work", Terminus.Kind.ANY), false));
        engine.submit(new Command.Flow(consumer, 10, 0, Command.Flow.NO_DRAIN));
        publish(publisher(), 1);
        await().until(() -> consumer.deliveries.size() == 1);
        engine.submit(new Command.Settle(
                consumer, new long[] {consumer.deliveries.getFirst().id()}, new Outcome.Modified(true, false, 0, "")));

        await().until(() -> consumer.deliveries.size() == 2);
    }

    @Test
    void snapshotIsWrittenWhileTheEngineRunsAndAtItsStop() {
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        publish(publisher, 40_000);
        await().until(() -> publisher.accepted.get() == 40_000);
        await().until(() -> engine.statistics().snapshotPosition() > 0);
        engine.close();
        assertEquals(
                engine.statistics().logEnd(),
                engine.statistics().snapshotPosition(),
                "the next start reads nothing but the snapshot");
    }

    @Test
    void shortSpaceStopsCreditAndItComesBackWithTheSpace() {
        engine.close();
        engine = BrokerEngine.start(
                storage,
                new EngineSettings(1 << 20, 1 << 20, true, 4 << 20, 64 << 20),
                System::currentTimeMillis,
                failure::set);
        storage.capacity(storage.usedBytes() + (32 << 20));
        await().until(() -> engine.statistics().disk() != DiskState.ENOUGH);
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        assertEquals(0, publisher.granted.get());

        storage.capacity(Long.MAX_VALUE);
        await().until(() -> publisher.granted.get() > 0);
        publish(publisher, 1);
        await().until(() -> publisher.accepted.get() == 1);
    }

    /** The reserve is used up by settlements: the core waits with what it has, and goes on by itself. */
    @Test
    void diskWithNoSpaceForASegmentThatIsNeededLosesNothing() {
        TestPublisher publisher = publisher();
        await().until(() -> publisher.attached.get() == 1);
        storage.capacity(storage.usedBytes());
        int messages = 60_000;
        publish(publisher, messages);
        await().until(() -> engine.statistics().disk() == DiskState.FULL);
        assertNull(failure.get());

        storage.capacity(Long.MAX_VALUE);
        await().until(() -> publisher.accepted.get() + publisher.rejected.get() == messages);
        engine.close();
        engine = start();
        CompletableFuture<List<DestinationView>> views = new CompletableFuture<>();
        engine.submit(new Command.Describe(views));
        assertEquals(publisher.accepted.get(), views.join().getFirst().depth());
        assertNull(failure.get());
    }

    private static final class TestPublisher implements PublisherLink {
        private final AtomicInteger attached = new AtomicInteger();
        private final AtomicInteger granted = new AtomicInteger();
        private final AtomicInteger rejected = new AtomicInteger();
        private final AtomicInteger accepted = new AtomicInteger();

        @Override
        public String description() {
            return "test";
        }

        @Override
        public void attached(int credit) {
            granted.addAndGet(credit);
            attached.incrementAndGet();
        }

        @Override
        public void refused(BrokerError error) {}

        @Override
        public void granted(int credit) {
            granted.addAndGet(credit);
        }

        @Override
        public void accepted(long tag) {
            accepted.incrementAndGet();
        }

        @Override
        public void rejected(long tag, BrokerError error) {
            rejected.incrementAndGet();
        }

        @Override
        public void closed(BrokerError error) {}
    }

    private static final class TestConsumer implements ConsumerLink {
        private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

        @Override
        public String container() {
            return "test";
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public void attached() {}

        @Override
        public void refused(BrokerError error) {}

        @Override
        public void deliver(Delivery delivery) {
            deliveries.add(delivery);
        }

        @Override
        public void drained(long drain) {}

        @Override
        public void lockExpired(long deliveryId) {}

        @Override
        public void closed(BrokerError error) {}
    }
}
