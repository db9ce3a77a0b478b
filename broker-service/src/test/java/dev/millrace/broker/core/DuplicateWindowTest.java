package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message-id that comes again within the window is accepted and not stored. */
class DuplicateWindowTest {

    private static final long WINDOW = 10_000;

    private final BrokerFixture broker = new BrokerFixture();

    private BrokerFixture withWindow() {
        return broker.queue("work", QueueSettings.DEFAULT.withDuplicateWindow(WINDOW));
    }

    private List<String> waiting() {
        TestConsumer consumer = broker.consumer("work", 1_000);
        List<String> bodies = new ArrayList<>(consumer.bodies());
        consumer.detachBefore(bodies.size());
        return bodies;
    }

    @Test
    void secondOneIsAcceptedAndNotStored() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        publisher.publish("m0");

        assertEquals(2, publisher.accepted.size());
        assertEquals(List.of("m0"), waiting());
        assertEquals(1, broker.view("work").duplicates());
        assertEquals(1, broker.view("work").arrived());
    }

    @Test
    void windowHoldsAlsoWhenTheFirstIsSettledOrDeadLettered() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        publisher.publish("m1");
        TestConsumer consumer = broker.consumer("work", 10);
        consumer.accept(0);
        consumer.settle(new Outcome.Rejected("bad"), 1);
        publisher.publish("m0");
        publisher.publish("m1");

        assertEquals(0, broker.view("work").depth());
    }

    @Test
    void idMayComeAgainWhenItsTimeIsOver() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        broker.pass(WINDOW - 1);
        publisher.publish("m0");
        assertEquals(List.of("m0"), waiting());
        broker.pass(1);
        publisher.publish("m0");
        assertEquals(List.of("m0", "m0"), waiting());
        publisher.publish("m0");
        assertEquals(List.of("m0", "m0"), waiting());
    }

    @Test
    void windowSurvivesCrashesAndSnapshots() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 5_000; i++) {
            publisher.publish("m" + i);
        }
        broker.snapshot();
        for (int i = 5_000; i < 6_000; i++) {
            publisher.publish("m" + i);
        }
        broker.crash(1);
        TestPublisher after = broker.publisher("work");
        for (int i = 0; i < 6_000; i++) {
            after.publish("m" + i);
        }

        assertEquals(6_000, after.accepted.size());
        assertEquals(6_000, broker.view("work").depth());
    }

    @Test
    void messageThatACrashTookMayComeAgain() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        broker.executeUnsynced(new Command.Publish(publisher, 0, null, message("m0"), true));
        broker.storage.kill();
        broker.crash(3);
        long lost = 1 - broker.view("work").depth();
        TestPublisher after = broker.publisher("work");
        after.publish("m0");

        assertEquals(1, broker.view("work").depth(), lost + " had been lost");
    }

    @Test
    void otherIdsAndNoIdsAreStored() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        Message anonymous = new Message(new byte[1], 0, 0, null, null, Message.NORMAL_PRIORITY, true, 0, 0);
        publisher.publish(anonymous);
        publisher.publish(anonymous);
        publisher.publish("m0");
        publisher.publish("M0");

        assertEquals(4, broker.view("work").depth());
    }

    @Test
    void topicHasOneWindowForAllItsSubscriptions() {
        broker.topic("orders", "a", "b").start();
        broker.ask(new AdminRequest.DeclareTopic("orders", RetentionSettings.DEFAULT, WINDOW));
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("m0");
        publisher.publish("m0");

        assertEquals(1, broker.view("orders::a").depth());
        assertEquals(1, broker.view("orders::b").depth());
        assertEquals(1, broker.view("orders").duplicates());
    }

    @Test
    void rejectedMessageMayComeAgainAndADuplicateIsAcceptedByAFullQueue() {
        broker.queue(
                        "work",
                        QueueSettings.DEFAULT.withBounds(1, 0, WhenFull.REJECT).withDuplicateWindow(WINDOW))
                .start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        publisher.publish("m1");
        publisher.publish("m0");
        assertEquals(1, publisher.rejected.size());
        assertEquals(2, publisher.accepted.size());
        broker.consumer("work", 1).accept(0);
        publisher.publish("m1");

        assertEquals(3, publisher.accepted.size());
        assertEquals(1, broker.view("work").depth());
    }

    @Test
    void windowMayBeSwitchedOffAndOn() {
        withWindow().start();
        TestPublisher publisher = broker.publisher("work");
        publisher.publish("m0");
        broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.DEFAULT));
        publisher.publish("m0");
        broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.DEFAULT.withDuplicateWindow(WINDOW)));
        publisher.publish("m1");
        publisher.publish("m1");

        assertEquals(List.of("m0", "m0", "m1"), waiting());
    }

    @Test
    void atTheBoundTheOldestIdIsForgottenAndCounted() {
        DuplicateWindow window = new DuplicateWindow(WINDOW, 3);
        for (int i = 0; i < 5; i++) {
            window.add("m" + i, i, 1);
        }

        assertEquals(3, window.size());
        assertEquals(2, window.forgotten());
        assertEquals(-1, window.findDuplicate("m1", 1));
        assertEquals(2, window.findDuplicate("m2", 1));
        assertEquals(1, window.suppressed());
    }

    @Test
    void hashHas128Bits() {
        MessageIdHash hash = new MessageIdHash();
        hash.of("a");
        long high = hash.high();
        long low = hash.low();
        hash.of("b");

        assertNotEquals(high, hash.high());
        assertNotEquals(low, hash.low());
        assertNotEquals(high, low);
    }
}
