package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who gets what, where not everybody wants everything. In these tests a selector is how a body begins. */
class SelectionTest {

    private final BrokerFixture broker = new BrokerFixture();

    private static Selection selection(String beginning) {
        return new Selection(beginning, null);
    }

    private void declareFiltered(String beginning) {
        broker.topic("orders");
        broker.topics.put(
                "orders",
                new TopicSettings(
                        RetentionSettings.DEFAULT,
                        0,
                        Map.of("audit", QueueSettings.DEFAULT),
                        Map.of("audit", selection(beginning))));
        broker.start();
    }

    private void publish(String address, String... bodies) {
        BrokerFixture.TestPublisher publisher = broker.publisher(address);
        for (String body : bodies) {
            publisher.publish(body);
        }
        publisher.detach();
    }

    @Test
    void aSubscriptionPassesOverWhatItDoesNotWant() {
        declareFiltered("a");
        publish("orders", "a1", "b1", "a2", "b2");
        assertEquals(2, broker.view("orders::audit").depth());
        assertEquals(List.of("a1", "a2"), broker.consumer("orders::audit", 10).bodies());
    }

    @Test
    void whatWasPassedOverStaysSoAfterACrashAndAfterASnapshot() {
        declareFiltered("a");
        publish("orders", "b1", "a1", "b2");
        broker.crash(1);
        assertEquals(List.of("a1"), broker.consumer("orders::audit", 10).bodies());
        broker.snapshot();
        broker.crash(2);
        publish("orders", "b3", "a3");
        broker.pass(60_000);
        assertEquals(List.of("a1", "a3"), broker.consumer("orders::audit", 10).bodies());
    }

    @Test
    void aLongBacklogIsScannedInStepsAndDrainWaitsForTheLastOne() {
        declareFiltered("a");
        publish("orders", "a0");
        BrokerFixture.TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 1_500; i++) {
            publisher.publish("b" + i);
        }
        publisher.publish("a1");
        broker.crash(3);
        BrokerFixture.TestConsumer consumer = broker.consumer("orders::audit", 0);
        consumer.drain(10);
        assertEquals(List.of("a0"), consumer.bodies());
        assertEquals(0, consumer.drained);
        for (int i = 0; i < 10; i++) {
            broker.pass(1);
        }
        assertEquals(List.of("a0", "a1"), consumer.bodies());
        assertEquals(1, consumer.drained);
    }

    @Test
    void anInvalidSelectorIsRefused() {
        broker.start();
        BrokerFixture.TestConsumer consumer = broker.selecting("work", "!", 1);
        assertEquals(BrokerError.Code.INVALID_FIELD, consumer.refusal.code());
        CompletableFuture<Void> answer = new CompletableFuture<>();
        broker.execute(new Command.Declare(
                Map.of(),
                Map.of(
                        "orders",
                        new TopicSettings(
                                RetentionSettings.DEFAULT,
                                0,
                                Map.of("audit", QueueSettings.DEFAULT),
                                Map.of("audit", selection("!")))),
                answer));
        assertTrue(answer.isCompletedExceptionally());
    }

    @Test
    void competingConsumersGetWhatTheyWantAndTheRestStays() {
        broker.start();
        publish("work", "a1", "b1", "c1", "a2");
        BrokerFixture.TestConsumer a = broker.selecting("work", "a", 10);
        BrokerFixture.TestConsumer b = broker.selecting("work", "b", 10);
        publish("work", "b2", "a3");
        assertEquals(List.of("a1", "a2", "a3"), a.bodies());
        assertEquals(List.of("b1", "b2"), b.bodies());
        a.acceptAll();
        b.acceptAll();
        assertEquals(1, broker.view("work").depth());
        assertEquals(List.of("c1"), broker.consumer("work", 10).bodies());
    }

    @Test
    void theRestGoesToThoseWhoTakeEverythingWhenTheSelectiveAreGone() {
        broker.start();
        BrokerFixture.TestConsumer a = broker.selecting("work", "a", 10);
        publish("work", "b1", "a1", "b2");
        a.acceptAll();
        a.detach();
        BrokerFixture.TestConsumer all = broker.consumer("work", 10);
        publish("work", "a2");
        assertEquals(List.of("b1", "b2", "a2"), all.bodies());
    }

    @Test
    void whatIsReleasedGoesToTheNextOneThatWantsIt() {
        broker.start();
        BrokerFixture.TestConsumer first = broker.selecting("work", "a", 1);
        publish("work", "b1", "a1");
        BrokerFixture.TestConsumer second = broker.selecting("work", "a", 1);
        first.settle(Outcome.RELEASED, 0);
        assertEquals(List.of("a1"), second.bodies());
    }

    @Test
    void aKeyStaysInOrderAcrossSelectors() {
        broker.start();
        BrokerFixture.TestPublisher publisher = broker.publisher("work");
        publisher.publish(BrokerFixture.message("a1", "k", 0, 0));
        publisher.publish(BrokerFixture.message("b1", "k", 0, 0));
        BrokerFixture.TestConsumer b = broker.selecting("work", "b", 10);
        assertEquals(List.of(), b.bodies());
        BrokerFixture.TestConsumer a = broker.selecting("work", "a", 10);
        a.acceptAll();
        assertEquals(List.of("b1"), b.bodies());
    }

    @Test
    void aBacklogThatNobodyWantsIsLookedAtOnceForEachSelection() {
        broker.start();
        BrokerFixture.TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 1_500; i++) {
            publisher.publish("b" + i);
        }
        BrokerFixture.TestConsumer a = broker.selecting("work", "a", 10);
        for (int i = 0; i < 10; i++) {
            broker.pass(1);
        }
        long looked = broker.looks;
        assertEquals(1_500, looked);
        for (int i = 0; i < 5; i++) {
            publisher.publish("a" + i);
        }
        assertEquals(looked + 5, broker.looks);
        assertEquals(5, a.bodies().size());
    }

    @Test
    void thereIsABoundOnDifferentSelectors() {
        broker.start();
        for (int i = 0; i < Matchmaker.MAX_GROUPS; i++) {
            assertTrue(broker.selecting("work", "a" + i, 1).attached);
        }
        assertEquals(
                BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                broker.selecting("work", "b", 1).refusal.code());
        assertTrue(broker.selecting("work", "a1", 1).attached);
    }

    @Test
    void aPrivateSubscriptionStartsWhereTheAddressSays() {
        broker.topic("orders").start();
        publish("orders", "m0", "m1", "m2");
        assertEquals(
                List.of("m0", "m1", "m2"),
                broker.consumer("orders?offset=earliest", 10).bodies());
        assertEquals(List.of("m1", "m2"), broker.consumer("orders?offset=1", 10).bodies());
        assertEquals(List.of("m2"), broker.consumer("orders?offset=last", 10).bodies());
        assertEquals(List.of(), broker.consumer("orders?offset=next", 10).bodies());
        assertEquals(List.of(), broker.consumer("orders", 10).bodies());
        assertEquals(
                List.of("m0", "m1", "m2"),
                broker.consumer("orders?offset=@" + broker.now, 10).bodies());
        assertEquals(
                BrokerError.Code.INVALID_FIELD,
                broker.consumer("orders?offset=soon", 1).refusal.code());
        assertEquals(
                BrokerError.Code.INVALID_FIELD,
                broker.consumer("orders?since=1", 1).refusal.code());
    }

    /** Found by {@link BrokerModelTest}: the next one waited until something else happened on the queue. */
    @Test
    void aMessageBehindAnExpiredOneOfItsKeyIsNotHeldBack() {
        broker.queue("q", QueueSettings.DEFAULT).start();
        BrokerFixture.TestConsumer picky = broker.selecting("q", "a", 10);
        BrokerFixture.TestPublisher publisher = broker.publisher("q");
        publisher.publish(BrokerFixture.message("b0", "key", broker.now + 1_000, 0));
        publisher.publish(BrokerFixture.message("a1", "key", 0, 0));
        assertEquals(List.of(), picky.bodies(), "nobody wants the one before it");
        broker.pass(2_000);
        assertEquals(List.of("a1"), broker.consumer("q", 10).bodies());
    }
}
