package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dead letters go when they are too old. */
class DeadLetterRetentionTest {

    private static final long RETENTION = 60_000;
    private static final String DEAD_LETTERS = "work/$deadletterqueue";

    private final BrokerFixture broker = new BrokerFixture();

    private void start(long retentionMillis) {
        broker.queue("work", QueueSettings.DEFAULT.withDeadLetterRetention(retentionMillis))
                .start();
    }

    private void reject(String... bodies) {
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", bodies.length);
        for (int i = 0; i < bodies.length; i++) {
            publisher.publish(bodies[i]);
            consumer.settle(new Outcome.Rejected("bad"), i);
        }
        consumer.detach();
        publisher.detach();
    }

    @Test
    void deadLettersGoWhenTheirTimeIsOverCountedFromTheirDeath() {
        start(RETENTION);
        broker.publisher("work").publish("old");
        broker.pass(RETENTION / 2);
        broker.consumer("work", 1).settle(new Outcome.Rejected("bad"), 0);
        broker.pass(RETENTION / 2);
        reject("young");
        assertEquals(2, broker.view("work").deadLetters());
        broker.pass(RETENTION / 2);

        assertEquals(List.of("young"), broker.consumer(DEAD_LETTERS, 10).bodies());
        assertEquals(1, broker.view(DEAD_LETTERS).dropped());
        broker.pass(RETENTION / 2);
        assertEquals(0, broker.view(DEAD_LETTERS).depth());
    }

    @Test
    void theyStayGoneAndTheOthersGoAlsoAfterACrash() {
        start(RETENTION);
        reject("a");
        broker.pass(RETENTION / 2);
        reject("b");
        broker.pass(RETENTION / 2);
        broker.crash(1);
        broker.snapshot();
        broker.crash(2);
        assertEquals(1, broker.view("work").deadLetters());
        broker.pass(RETENTION / 2);

        assertEquals(0, broker.view("work").deadLetters());
    }

    @Test
    void zeroKeepsThemForEverAndNewSettingsCountForWhatIsThere() {
        start(0);
        reject("a");
        broker.pass(1_000 * RETENTION);
        assertEquals(1, broker.view("work").deadLetters());
        broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.DEFAULT.withDeadLetterRetention(RETENTION)));
        broker.pass(1);

        assertEquals(0, broker.view("work").deadLetters());
    }

    @Test
    void manyGoInPieces() {
        start(RETENTION);
        String[] bodies = new String[600];
        for (int i = 0; i < bodies.length; i++) {
            bodies[i] = "m" + i;
        }
        reject(bodies);
        broker.pass(RETENTION);
        for (int i = 0; i < 5; i++) {
            assertTrue(i == 0 || broker.view("work").deadLetters() <= 600 - 256);
            broker.pass(1);
        }

        assertEquals(0, broker.view("work").deadLetters());
    }
}
