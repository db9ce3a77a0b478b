package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code onDeadLetter=park}, the later messages of a dead letter's key wait for it. */
class ParkTest {

    private static final QueueSettings PARKING = new QueueSettings(
                    1_000, 1, new QueueSettings.Backoff(10, 1.0, 10, 0), 30_000)
            .withOnDeadLetter(QueueSettings.OnDeadLetter.PARK);

    private final BrokerFixture broker = new BrokerFixture();
    private TestPublisher publisher;
    private TestConsumer consumer;

    @BeforeEach
    void firstOfAKeyDies() {
        broker.queue("work", PARKING).start();
        publisher = broker.publisher("work");
        consumer = broker.consumer("work", 1);
        publish("k1", "k");
        publish("k2", "k");
        publish("other", "o");
        publish("none", null);
        publish("k3", "k");
        fail();
    }

    private void publish(String body, String key) {
        publisher.publish(BrokerFixture.message(body, key, 0, 0));
    }

    private void fail() {
        consumer.settle(new Outcome.Modified(true, false, 0, "failed on purpose"), consumer.held.getFirst());
    }

    /** What a consumer gets that accepts one after the other. */
    private List<String> consumeAll() {
        TestConsumer all = consumer;
        int from = all.deliveries.size() - all.held.size();
        all.grant(1);
        while (!all.held.isEmpty()) {
            all.settle(Outcome.ACCEPTED, all.held.getFirst());
            all.grant(1);
        }
        return all.bodies().subList(from, all.deliveries.size());
    }

    private void reconnect() {
        publisher = broker.publisher("work");
        consumer = broker.consumer("work", 0);
    }

    private void replay() {
        broker.ask(new DeadLetterRequest.Replay(
                new ReplayRequest("work", ReplayRequest.Select.ALL, null, null, 0, false, null, -1, false, "ada")));
        broker.pass(10);
    }

    private List<String> states() {
        return broker
                .ask(new AdminRequest.Browse(DestinationView.Kind.QUEUE, "work", StartAt.EARLIEST, 10))
                .items()
                .stream()
                .map(item -> new String(item.message().payload()) + " " + item.state())
                .toList();
    }

    @Test
    void laterMessagesOfTheKeyWaitAndOthersFlow() {
        assertEquals(List.of("other", "none"), consumeAll());
        assertEquals(List.of("k2 PARKED", "k3 PARKED"), states());
        publish("k4", "k");
        assertEquals(List.of(), consumeAll());
    }

    @Test
    void replaySendsTheDeadOneFirstAndThoseThatWaitedInTheirOrder() {
        consumeAll();
        publish("k4", "k");
        replay();
        publish("k5", "k");
        assertEquals(List.of("k1", "k2", "k3", "k4", "k5"), consumeAll());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void orderHoldsThroughCrashesBeforeAndAfterTheReplay(int when) {
        boolean before = (when & 1) != 0;
        boolean after = (when & 2) != 0;
        boolean snapshots = (when & 4) != 0;
        consumeAll();
        if (before) {
            crash(snapshots);
        }
        publish("k4", "k");
        replay();
        if (after) {
            crash(snapshots);
        }
        publish("k5", "k");
        consumer.grant(1);
        assertEquals("k1", consumer.bodies().getLast());
        if (after) {
            crash(snapshots);
        }
        assertEquals(List.of("k1", "k2", "k3", "k4", "k5"), consumeAll());
    }

    private void crash(boolean snapshot) {
        if (snapshot) {
            broker.snapshot();
        }
        broker.crash(1);
        reconnect();
    }

    @Test
    void thoseThatWaitGoOnWhenTheDeadOneIsDiscarded() {
        consumeAll();
        String id = broker.ask(new DeadLetterRequest.Look("work", StartAt.EARLIEST, 1))
                .items()
                .getFirst()
                .id();
        broker.ask(new DeadLetterRequest.Discard("work", id, "a test", "ada"));
        broker.pass(1);
        assertEquals(List.of("k2", "k3"), consumeAll());
    }

    @Test
    void thoseThatWaitGoOnWhenAConsumerSettlesTheDeadOne() {
        consumeAll();
        broker.consumer("work/$deadletterqueue", 1).accept(0);
        broker.pass(1);
        assertEquals(List.of("k2", "k3"), consumeAll());
    }

    @Test
    void deadOneThatDiesAgainKeepsTheOthersWaiting() {
        consumeAll();
        replay();
        consumer.grant(1);
        fail();
        assertEquals(List.of(), consumeAll());
        replay();
        assertEquals(List.of("k1", "k2", "k3"), consumeAll());
    }

    @Test
    void settingThatNoLongerParksLetsThemGo() {
        consumeAll();
        broker.ask(
                new AdminRequest.DeclareQueue("work", PARKING.withOnDeadLetter(QueueSettings.OnDeadLetter.CONTINUE)));
        broker.pass(1);
        assertEquals(List.of("k2", "k3"), consumeAll());
    }

    @Test
    void settingThatParksFromNowOnFindsTheKeysThatHaveDeadLetters() {
        broker.ask(
                new AdminRequest.DeclareQueue("work", PARKING.withOnDeadLetter(QueueSettings.OnDeadLetter.CONTINUE)));
        broker.pass(1);
        consumeAll();
        broker.ask(new AdminRequest.DeclareQueue("work", PARKING));
        publish("k4", "k");
        assertEquals(List.of(), consumeAll());
        replay();
        assertEquals(List.of("k1", "k4"), consumeAll());
    }

    @Test
    void parkingHoldsOnATopicsSubscriptionToo() {
        broker.topic("orders").start();
        broker.ask(new AdminRequest.DeclareSubscription("orders", "inventory", StartAt.EARLIEST, PARKING));
        publisher = broker.publisher("orders");
        consumer = broker.consumer("orders::inventory", 1);
        publish("k1", "k");
        publish("k2", "k");
        publish("other", "o");
        fail();
        assertEquals(List.of("other"), consumeAll());
        broker.ask(new DeadLetterRequest.Replay(new ReplayRequest(
                "orders::inventory", ReplayRequest.Select.ALL, null, null, 0, false, null, -1, false, "ada")));
        broker.pass(10);
        assertEquals(List.of("k1", "k2"), consumeAll());
    }
}
