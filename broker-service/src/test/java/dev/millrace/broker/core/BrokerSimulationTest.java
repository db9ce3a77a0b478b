package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random lives of a broker that ends, again and again, in a power loss. Held against an outside ledger each time:
 *
 * <ul>
 *   <li>INV-1 nothing accepted is lost: it is settled, or it is delivered again;
 *   <li>INV-2 nothing comes back whose settlement was synced;
 *   <li>INV-3 within one life the messages of one key are delivered one at a time, in the order they were published.
 * </ul>
 */
class BrokerSimulationTest {

    private static final int SEEDS_PER_RANGE = 150;
    private static final int LIVES = 3;
    private static final int STEPS = 120;
    private static final int KEYS = 4;

    @ParameterizedTest
    @ValueSource(longs = {0, 10_000, 20_000})
    void promisesHoldThroughPowerLosses(long firstSeed) {
        for (long seed = firstSeed; seed < firstSeed + SEEDS_PER_RANGE; seed++) {
            new Simulation(seed).run();
        }
    }

    private static final class Simulation {
        private final long seed;
        private final SplittableRandom random;
        private final BrokerFixture broker = new BrokerFixture().queue("work", QueueSettings.DEFAULT);
        private final Set<String> accepted = new HashSet<>();
        private final Set<String> settled = new HashSet<>();
        /** Sent in a life that ended before the answer: may be there or not. */
        private final Set<String> unanswered = new HashSet<>();

        private int published;

        Simulation(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
        }

        void run() {
            broker.start();
            for (int life = 0; life < LIVES; life++) {
                live();
                broker.crash(random.nextLong());
            }
            drain();
        }

        private void live() {
            TestPublisher publisher = broker.publisher("work");
            List<TestConsumer> consumers = new ArrayList<>();
            Map<String, Integer> lastOfKey = new HashMap<>();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> publish(publisher);
                    case 3 -> consumers.add(broker.consumer("work", random.nextInt(1, 5)));
                    case 4 -> broker.pass(random.nextInt(400));
                    default -> {
                        if (!consumers.isEmpty()) {
                            act(consumers, lastOfKey);
                        }
                    }
                }
            }
            // The last thing before the power goes is not synced.
            String body = nextBody();
            unanswered.add(body);
            broker.executeUnsynced(new Command.Publish(publisher, 0, null, keyed(body), true));
        }

        private void publish(TestPublisher publisher) {
            String body = nextBody();
            int before = publisher.accepted.size();
            publisher.publish(keyed(body));
            assertEquals(before + 1, publisher.accepted.size(), () -> "seed " + seed);
            accepted.add(body);
        }

        private String nextBody() {
            int number = published++;
            return "k" + random.nextInt(KEYS) + "-" + number;
        }

        private static Message keyed(String body) {
            return BrokerFixture.message(body, body.substring(0, 2), 0, 0);
        }

        private void act(List<TestConsumer> consumers, Map<String, Integer> lastOfKey) {
            TestConsumer consumer = consumers.get(random.nextInt(consumers.size()));
            if (consumer.held.isEmpty()) {
                return;
            }
            Delivery delivery = consumer.held.getLast();
            String body = delivery.message().messageId();
            assertTrue(!settled.contains(body), () -> "INV-2, seed " + seed + ": " + body + " came back");
            switch (random.nextInt(6)) {
                case 0 -> {
                    consumers.remove(consumer);
                    consumer.detach();
                }
                case 1 -> consumer.settle(Outcome.RELEASED, delivery);
                case 2 -> consumer.settle(new Outcome.Modified(true, false, 0, ""), delivery);
                default -> {
                    settle(body, lastOfKey);
                    consumer.settle(Outcome.ACCEPTED, delivery);
                    consumer.grant(random.nextInt(1, 4));
                }
            }
        }

        private void settle(String body, Map<String, Integer> lastOfKey) {
            settled.add(body);
            int number = Integer.parseInt(body.substring(3));
            Integer before = lastOfKey.put(body.substring(0, 2), number);
            assertTrue(
                    before == null || before < number, () -> "INV-3, seed " + seed + ": " + body + " after " + before);
        }

        private void drain() {
            Set<String> left = new HashSet<>();
            for (String address : List.of("work", "work/$deadletterqueue")) {
                TestConsumer consumer = broker.consumer(address, 1_000);
                for (int i = 0; i < 200; i++) {
                    consumer.acceptAll();
                    broker.pass(60_000);
                }
                left.addAll(consumer.bodies());
            }
            left.removeAll(unanswered);
            Set<String> expected = new HashSet<>(accepted);
            expected.removeAll(settled);
            assertEquals(expected, left, () -> "INV-1 and INV-2, seed " + seed);
        }
    }
}
