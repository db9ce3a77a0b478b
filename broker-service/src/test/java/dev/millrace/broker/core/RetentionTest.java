package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {

    private static final long LIFE = 20_000;
    private static final int BYTES = 100_000;

    private final BrokerFixture broker = new BrokerFixture();

    private BrokerFixture keepFor(long millis) {
        return broker.topic("orders", new RetentionSettings(millis, 0), "inventory");
    }

    @Test
    void messagesGoWhenTheirTimeIsOverAndSubscriptionsGoOnWithTheOldestKept() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("first");
        broker.pass(LIFE / 2);
        publisher.publish("second");
        broker.pass(LIFE / 2);

        assertEquals(1, broker.view("orders").depth());
        assertEquals(1, broker.view("orders::inventory").depth());
        assertEquals(LIFE / 2, broker.view("orders::inventory").oldestAgeMillis());
        assertEquals(List.of("second"), broker.consumer("orders::inventory", 10).bodies());
    }

    @Test
    void offsetsGoOnWhereTheyWere() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("first");
        broker.pass(2 * LIFE);
        publisher.publish("second");

        assertEquals(1, broker.consumer("orders::inventory", 10).last().offset());
    }

    @Test
    void oldestMessagesGoWhenThereAreTooManyBytes() {
        broker.topic("orders", new RetentionSettings(0, BYTES), "inventory").start();
        TestPublisher publisher = broker.publisher("orders");
        String body = "x".repeat(900);
        for (int i = 0; i < 1_000; i++) {
            publisher.publish(message(body, null, 0, 0));
            broker.pass(1);
        }
        long depth = broker.view("orders").depth();

        assertTrue(depth > 40 && depth <= BYTES / 900, "depth " + depth);
        assertEquals(depth, broker.view("orders::inventory").depth());
    }

    @Test
    void trimmedMessagesStayGoneAfterACrashAndTheOthersAreThere() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("first");
        broker.pass(LIFE);
        publisher.publish("second");
        broker.crash(1);
        assertEquals(1, broker.view("orders").depth());
        broker.snapshot();
        broker.crash(2);

        assertEquals(List.of("second"), broker.consumer("orders::inventory", 10).bodies());
        broker.pass(LIFE);
        assertEquals(0, broker.view("orders").depth());
    }

    @Test
    void settlingADeliveryWhoseMessageWentIsNoMatter() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 4; i++) {
            publisher.publish("m" + i);
        }
        TestConsumer consumer = broker.consumer("orders::inventory", 4);
        broker.pass(LIFE);
        assertEquals(0, broker.view("orders::inventory").depth());
        consumer.accept(0);
        consumer.settle(Outcome.RELEASED, 1);
        consumer.fail(2);
        consumer.settle(new Outcome.Rejected("late"), 3);
        publisher.publish("next");
        consumer.grant(1);

        assertEquals("next", consumer.bodies().getLast());
        assertEquals(0, broker.view("orders::inventory").deadLetters());
        broker.pass(LIFE / 2);
        assertEquals(5, consumer.deliveries.size());
    }

    @Test
    void keyGoesOnWhenTheMessageBeforeItWent() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish(message("a1", "a", 0, 0));
        TestConsumer consumer = broker.consumer("orders::inventory", 10);
        broker.pass(LIFE / 2);
        publisher.publish(message("a2", "a", 0, 0));
        assertEquals(List.of("a1"), consumer.bodies());
        broker.pass(LIFE / 2);

        assertEquals(List.of("a1", "a2"), consumer.bodies());
    }

    @Test
    void newSettingsCountForWhatIsThereAlready() {
        keepFor(0).start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish("old");
        broker.pass(10 * LIFE);
        assertEquals(1, broker.view("orders").depth());
        keepFor(LIFE).start();
        broker.pass(1);

        assertEquals(0, broker.view("orders").depth());
    }

    @Test
    void segmentsOfTrimmedMessagesAreUsedAgain() {
        keepFor(LIFE).start();
        TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 10_000; i++) {
            publisher.publish("m" + i);
        }
        long before = broker.logBytes();
        broker.pass(LIFE);
        broker.pass(LIFE);
        broker.snapshot();

        assertTrue(broker.logBytes() < before / 4, before + " bytes before, " + broker.logBytes() + " after");
    }
}
