package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rates, and how many workers are needed. */
class LoadTest {

    private static final int PER_SECOND = 10;

    private final BrokerFixture broker = new BrokerFixture();

    @ParameterizedTest
    @CsvSource({
        "40, 0, 0.1, 4", // L = λ·W
        "41, 0, 0.1, 5",
        "40, 600, 0.1, 5", // 10 per second more, to drain 600 within a minute
        "0, 6000, 0.5, 50",
        "0, 0, 0.5, 0",
        "0.001, 0, 0.5, 0",
        "5, 0, 0, 1", // nothing is known of how long it takes
        "0, 1, 0, 1",
        "1000000, 0, 1000000, 2147483647"
    })
    void workersFollowLittlesLaw(double arrivalRate, long waiting, double handlingSeconds, int expected) {
        assertEquals(expected, Load.workersNeeded(arrivalRate, waiting, handlingSeconds));
    }

    @Test
    void steadyRateIsMeasuredAndFallsWhenNothingComes() {
        Rate rate = new Rate();
        long count = 0;
        for (int second = 0; second < 60; second++) {
            count += PER_SECOND;
            rate.sample(count, second * 1_000L);
        }
        assertEquals(PER_SECOND, rate.sample(count, 59_100), 0.1);
        double later = rate.sample(count, 69_000);
        assertEquals(PER_SECOND * Math.exp(-1), later, 0.1);
    }

    @Test
    void rateDoesNotDependOnHowOftenItIsAskedFor() {
        Rate often = new Rate();
        Rate seldom = new Rate();
        for (int i = 0; i <= 600; i++) {
            often.sample(i, i * 100L);
            if (i % 50 == 0) {
                seldom.sample(i, i * 100L);
            }
        }
        assertEquals(seldom.sample(600, 60_000), often.sample(600, 60_000), 0.2);
    }

    /** Two messages at a time, each worked at for 200 ms, with more of them in the consumer's buffer. */
    @Test
    void workIsMeasuredFromSettlementToSettlementNotFromTheHandingOut() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 1_000);
        for (int i = 0; i < 40; i++) {
            publisher.publish("m" + i);
        }
        for (int i = 0; i < 40; i++) {
            broker.pass(200);
            consumer.accept(i);
            if (i % 5 == 0) {
                broker.view("work");
            }
        }

        assertEquals(0.2, broker.view("work").load().handlingSeconds(), 0.01);
        assertTrue(broker.view("work").load().settleRate() > 1);
    }

    @Test
    void enoughWorkersAreAskedForToKeepUp() {
        broker.queue("work", new QueueSettings(10_000, 5, QueueSettings.DEFAULT.backoff(), 1_000_000))
                .start();
        TestPublisher publisher = broker.publisher("work");
        TestConsumer consumer = broker.consumer("work", 1_000);
        int sent = 0;
        int done = 0;
        for (int second = 0; second < 120; second++) {
            for (int i = 0; i < PER_SECOND; i++) {
                publisher.publish("m" + sent++);
            }
            for (int i = 0; i < 2; i++) {
                broker.pass(500);
                consumer.accept(done++);
            }
            broker.view("work");
        }
        Load load = broker.view("work").load();

        assertEquals(PER_SECOND, load.arrivalRate(), 0.2);
        assertEquals(2, load.settleRate(), 0.1);
        assertEquals(0.5, load.handlingSeconds(), 0.01);
        long waiting = broker.view("work").depth() - broker.view("work").inFlight();
        assertEquals(Load.workersNeeded(load.arrivalRate(), waiting, load.handlingSeconds()), load.workersNeeded());
        assertTrue(load.workersNeeded() >= 5);
    }

    @Test
    void subscriptionThatIsNewCountsFromItsBeginning() {
        broker.topic("orders").start();
        TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 1_000; i++) {
            publisher.publish("m" + i);
        }
        broker.ask(new AdminRequest.DeclareSubscription("orders", "new", StartAt.LATEST, QueueSettings.DEFAULT));

        assertEquals(0, broker.view("orders::new").load().arrivalRate());
        assertEquals(500, broker.view("orders").load().arrivalRate());
    }

    @Test
    void subscriptionThatSelectsCountsWhatItWantsAlsoWhenItReadsAgain() {
        broker.topic("orders").start();
        broker.ask(new AdminRequest.DeclareSubscription(
                "orders", "some", StartAt.EARLIEST, QueueSettings.SUBSCRIPTION_DEFAULT, new Selection("a", null)));
        TestPublisher publisher = broker.publisher("orders");
        for (int round = 0; round < 2; round++) {
            broker.view("orders::some");
            for (int i = 0; i < 200; i++) {
                publisher.publish(i % 10 == 0 ? "a" + i : "b" + i);
            }
            broker.pass(10_000);
            double wanted = broker.view("orders::some").load().arrivalRate();
            double all = broker.view("orders").load().arrivalRate();
            assertEquals(all / 10, wanted, all / 100, "round " + round);
            broker.ask(new AdminRequest.Seek("orders::some", StartAt.EARLIEST));
            broker.pass(1);
            broker.crash(round);
            publisher = broker.publisher("orders");
        }
    }
}
