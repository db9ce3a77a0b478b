package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator is alarmed by: how many messages die of what, and how long the oldest has lain dead. */
class DeathCountsTest {

    private final BrokerFixture broker =
            new BrokerFixture().queue("work", QueueSettings.DEFAULT).topic("news", "a", "b");

    @BeforeEach
    void start() {
        broker.start();
    }

    private long died(String source, Death.Reason reason) {
        return broker.view(source).died().get(reason);
    }

    @Test
    void deathsAreCountedByReasonAlsoWhenTheDeadLettersAreGone() {
        broker.publisher("work").publish("a");
        broker.publisher("work").publish("b");
        TestConsumer consumer = broker.consumer("work", 2);
        consumer.settle(new Outcome.Rejected("no"), 0);
        consumer.settle(new Outcome.Modified(true, true, 0, "not here"), 1);
        broker.consumer("work/$deadletterqueue", 2).acceptAll();

        assertEquals(0, broker.view("work").deadLetters());
        assertEquals(1, died("work", Death.Reason.REJECTED));
        assertEquals(1, died("work", Death.Reason.UNDELIVERABLE));
        assertEquals(0, died("work", Death.Reason.EXPIRED));
        assertEquals(Map.of(), broker.view("work/$deadletterqueue").died());
        assertEquals(Map.of(), broker.view("news").died());
    }

    @Test
    void eachSubscriptionCountsItsOwnAndTheCountsBeginAnewWithTheProcess() {
        broker.publisher("news").publish("m");
        broker.consumer("news::a", 1).settle(new Outcome.Rejected("no"), 0);

        assertEquals(1, died("news::a", Death.Reason.REJECTED));
        assertEquals(0, died("news::b", Death.Reason.REJECTED));
        broker.crash(1);
        assertEquals(0, died("news::a", Death.Reason.REJECTED));
        assertEquals(1, broker.view("news::a").deadLetters());
    }

    @Test
    void theOldestDeadLettersAgeCountsFromItsDeath() {
        broker.publisher("work").publish("m");
        assertEquals(0, broker.view("work").oldestDeadLetterAgeMillis());
        broker.pass(1_000);
        broker.consumer("work", 1).settle(new Outcome.Rejected("no"), 0);
        broker.pass(500);

        assertEquals(500, broker.view("work").oldestDeadLetterAgeMillis());
        broker.consumer("work/$deadletterqueue", 1).acceptAll();
        assertEquals(0, broker.view("work").oldestDeadLetterAgeMillis());
    }
}
