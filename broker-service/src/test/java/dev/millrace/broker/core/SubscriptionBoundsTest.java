package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What becomes of a topic when one of its subscriptions has as much as it may have. */
class SubscriptionBoundsTest {

    private static final int KIB = 1_000;

    private final BrokerFixture broker = new BrokerFixture().topic("orders", "fast");

    private void slow(long messages, long bytes, WhenFull policy) {
        slow(messages, bytes, policy, Selection.ALL);
    }

    private void slow(long messages, long bytes, WhenFull policy, Selection selection) {
        broker.ask(new AdminRequest.DeclareSubscription(
                "orders",
                "slow",
                StartAt.EARLIEST,
                QueueSettings.SUBSCRIPTION_DEFAULT.withBounds(messages, bytes, policy),
                selection));
    }

    private void publish(TestPublisher publisher, int from, int to) {
        for (int i = from; i < to; i++) {
            publisher.publish("m" + i);
        }
    }

    /** Starts with a subscription that blocks at ten messages, and publishes until it does. */
    private TestPublisher blocked() {
        broker.start();
        slow(10, 0, WhenFull.BLOCK);
        TestPublisher publisher = broker.publisher("orders");
        int sent = publisher.publishOnCredit("m");
        assertTrue(sent >= 10 && sent <= 20, sent + " were asked for");
        assertEquals(sent, publisher.accepted.size());
        assertEquals(sent, broker.view("orders::fast").depth());
        return publisher;
    }

    @Test
    void blockingStopsTheTopicsCreditAndGivesItBackWithRoom() {
        TestPublisher publisher = blocked();

        broker.consumer("orders::fast", 1_000).acceptAll();
        assertEquals(0, publisher.credit, "the other one has still no room");
        broker.consumer("orders::slow", 1_000).acceptAll();
        assertTrue(publisher.credit > 0);
    }

    @Test
    void blockingCountsBytesToo() {
        broker.start();
        slow(0, 100 * KIB, WhenFull.BLOCK);
        TestPublisher publisher = broker.publisher("orders");
        int sent = 0;
        while (publisher.credit > 0) {
            publisher.publish(
                    new Message(new byte[KIB], 0, 0, "m" + sent++, null, Message.NORMAL_PRIORITY, true, 0, 0));
        }

        assertTrue(sent >= 80 && sent <= 200, sent + " were asked for");
        broker.consumer("orders::slow", 1_000).acceptAll();
        assertTrue(publisher.credit > 0);
    }

    @Test
    void theBoundOnBytesIsNotPassedByMoreThanItselfByALargeMessage() {
        broker.start();
        slow(0, 2 * KIB, WhenFull.BLOCK);
        TestPublisher publisher = broker.publisher("orders");
        assertTrue(publisher.credit > 0);
        publisher.publish(new Message(new byte[5 * KIB], 0, 0, "large", null, Message.NORMAL_PRIORITY, true, 0, 0));

        assertEquals(1, publisher.rejected.size());
        assertEquals(0, broker.view("orders::slow").depth());
    }

    @Test
    void theBoundIsNotPassedByMoreThanItselfWhoeverPublishesHowever() {
        broker.start();
        slow(10, 0, WhenFull.BLOCK);
        TestPublisher anywhere = broker.publisher(null);
        for (int i = 0; i < 30; i++) {
            anywhere.publish("orders", message("m" + i));
        }

        assertEquals(20, anywhere.accepted.size());
        assertEquals(20, broker.view("orders::slow").depth());
        assertEquals(20, broker.view("orders::fast").depth());
        assertEquals(
                "'orders::slow' is full: 20 messages wait there, maxMessages is 10.",
                anywhere.rejected.getFirst().description());
    }

    @Test
    void rejectingRefusesForEverySubscription() {
        broker.start();
        slow(3, 0, WhenFull.REJECT);
        TestPublisher publisher = broker.publisher("orders");
        publish(publisher, 0, 5);

        assertEquals(3, publisher.accepted.size());
        assertEquals(
                List.of(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, BrokerError.Code.RESOURCE_LIMIT_EXCEEDED),
                publisher.rejected.stream().map(BrokerError::code).toList());
        assertEquals(3, broker.view("orders::fast").depth(), "what was rejected is stored for nobody");
        assertTrue(publisher.credit > 1_000);
        broker.consumer("orders::slow", 1).accept(0);
        publisher.publish("next");
        assertEquals(4, publisher.accepted.size());
    }

    @Test
    void aFullSubscriptionTakesNoPartInWhatItDoesNotWant() {
        broker.start();
        slow(1, 0, WhenFull.REJECT, new Selection("a", null));
        TestPublisher publisher = broker.publisher("orders");
        for (String body : List.of("a1", "b1", "a2", "b2")) {
            publisher.publish(body);
        }

        assertEquals(List.of(0L, 1L, 3L), publisher.accepted);
        assertEquals(1, publisher.rejected.size());
        assertEquals(List.of("a1"), broker.consumer("orders::slow", 10).bodies());
    }

    @Test
    void droppingLosesTheOldestForThatSubscriptionAlone() {
        broker.start();
        slow(2, 0, WhenFull.DROP_OLDEST);
        publish(broker.publisher("orders"), 0, 5);

        assertEquals(2, broker.view("orders::slow").depth());
        assertEquals(5, broker.view("orders::fast").depth());
        assertEquals(List.of("m3", "m4"), broker.consumer("orders::slow", 10).bodies());
    }

    @Test
    void aSubscriptionHasNoBoundUnlessItIsGivenOne() {
        broker.start();
        broker.consumer("orders::made", 0);
        broker.consumer("orders", 0);
        TestPublisher publisher = broker.publisher("orders");
        publish(publisher, 0, 3_000);

        assertEquals(3_000, publisher.accepted.size());
        assertTrue(publisher.credit >= 1_000);
        for (String name : List.of("orders::fast", "orders::made")) {
            assertEquals(0, broker.view(name).settings().maxMessages(), name);
        }
    }

    @Test
    void aQueueHasABound() {
        broker.start();
        broker.ask(new AdminRequest.DeclareQueue("work", QueueSettings.SUBSCRIPTION_DEFAULT));

        assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code());
        assertTrue(broker.refusal.description().contains("maxMessages"), broker.refusal::description);
    }

    @Test
    void deletingTheFullSubscriptionLetsTheTopicGoOn() {
        TestPublisher publisher = blocked();

        broker.ask(new AdminRequest.Delete(DestinationView.Kind.SUBSCRIPTION, "orders::slow"));
        assertTrue(publisher.credit > 0);
    }

    @Test
    void givingTheFullSubscriptionMoreRoomLetsTheTopicGoOn() {
        TestPublisher publisher = blocked();

        slow(100, 0, WhenFull.BLOCK);
        assertTrue(publisher.credit > 0);
    }

    @Test
    void seekingToTheEndLetsTheTopicGoOn() {
        TestPublisher publisher = blocked();

        broker.ask(new AdminRequest.Seek("orders::slow", StartAt.LATEST));
        assertTrue(publisher.credit > 0);
    }

    @Test
    void retentionLetsTheTopicGoOn() {
        broker.topic("orders", new RetentionSettings(60_000, 0), "fast");
        TestPublisher publisher = blocked();

        broker.pass(59_000);
        assertEquals(0, publisher.credit);
        broker.pass(2_000);
        assertTrue(publisher.credit > 0);
    }

    @Test
    void expiryLetsTheTopicGoOn() {
        broker.start();
        slow(10, 0, WhenFull.BLOCK);
        TestPublisher publisher = broker.publisher("orders");
        while (publisher.credit > 0) {
            publisher.publish(message("short", null, broker.now + 1_000, 0));
        }
        broker.pass(2_000);
        broker.consumer("orders::slow", 1_000);

        assertTrue(publisher.credit > 0);
    }

    /** Lets a subscription that wants what begins with a be passed by much that does not, and the power go. */
    private void passedByAndCrashed(WhenFull policy) {
        broker.start();
        slow(10, 0, policy, new Selection("a", null));
        TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 2_000; i++) {
            publisher.publish(i % 500 == 0 ? "a" + i : "b" + i);
        }
        assertEquals(2_000, publisher.accepted.size());
        broker.crash(1);
        for (int i = 0; i < 10; i++) {
            broker.pass(1);
        }
    }

    @Test
    void whatABlockingSubscriptionDoesNotWantDoesNotFillItAfterARestart() {
        passedByAndCrashed(WhenFull.BLOCK);

        assertTrue(broker.publisher("orders").credit > 0);
        assertEquals(4, broker.view("orders::slow").depth());
    }

    @Test
    void whatADroppingSubscriptionDoesNotWantDropsNothingThatItWantsAfterARestart() {
        passedByAndCrashed(WhenFull.DROP_OLDEST);

        assertEquals(
                List.of("a0", "a500", "a1000", "a1500"),
                broker.consumer("orders::slow", 10).bodies());
    }

    @Test
    void whatAPausedSubscriptionDoesNotWantDoesNotFillIt() {
        broker.start();
        slow(10, 0, WhenFull.BLOCK, new Selection("a", null));
        broker.ask(new AdminRequest.SetPaused(DestinationView.Kind.SUBSCRIPTION, "orders::slow", true));
        TestPublisher publisher = broker.publisher("orders");
        for (int i = 0; i < 100; i++) {
            assertTrue(publisher.credit > 0, "message " + i);
            publisher.publish("b" + i);
        }

        assertEquals(0, broker.view("orders::slow").depth());
    }

    @Test
    void movingADurableConsumerElsewhereLetsTheTopicGoOn() {
        broker.topic("others").start();
        Terminus orders = new Terminus("orders", Terminus.Kind.TOPIC);
        SubscriptionRequest mine =
                new SubscriptionRequest(Selection.ALL, null, SubscriptionRequest.Kind.EXCLUSIVE, true, "slow");
        broker.consumer(orders, mine, 0).detach();
        slow(10, 0, WhenFull.BLOCK);
        TestPublisher publisher = broker.publisher("orders");
        publisher.publishOnCredit("m");
        broker.consumer(new Terminus("others", Terminus.Kind.TOPIC), mine, 0);
        broker.pass(1);

        assertTrue(publisher.credit > 0);
    }

    @Test
    void theBoundHoldsAfterACrash() {
        int sent = blocked().accepted.size();
        broker.crash(1);

        assertEquals(0, broker.publisher("orders").credit);
        assertEquals(sent, broker.view("orders::slow").depth());
        broker.consumer("orders::slow", 1_000).acceptAll();
        assertTrue(broker.publisher("orders").credit > 0);
    }

    @Test
    void whatComesWithoutCreditIsRefusedAtTheBound() {
        broker.start();
        slow(3, 0, WhenFull.BLOCK, new Selection("a", null));
        List<Message> messages = List.of(message("a1"), message("b1"), message("a2"), message("a3"));
        AdminRequest.Store store = new AdminRequest.Store(DestinationView.Kind.TOPIC, "orders", messages);
        broker.ask(store);
        assertEquals(4, broker.view("orders::fast").depth());
        broker.ask(store);

        assertEquals(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, broker.refusal.code());
        assertEquals(4, broker.view("orders::fast").depth());
    }

    /** Of any mixture of policies, in any order: the bounds hold, and nobody waits for room that is there. */
    @Test
    void whoeverMaySendIsToldSo() {
        long seed = Long.getLong("bounds.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            new RandomUse(random.nextLong(), "seed " + seed + " (repeat with -Dbounds.seed), run " + run).check();
        }
    }

    private static final class RandomUse {
        private static final List<String> NAMES = List.of("a", "b", "c");
        private final Random random;
        private final String where;
        private final BrokerFixture broker;
        private final List<TestPublisher> publishers = new ArrayList<>();
        private final Map<String, TestConsumer> consumers = new HashMap<>();

        RandomUse(long seed, String where) {
            random = new Random(seed);
            this.where = where;
            RetentionSettings retention = new RetentionSettings(random.nextBoolean() ? 0 : 5_000, 0);
            broker = new BrokerFixture().topic("orders", retention).start();
        }

        void check() {
            for (int step = 0; step < 100; step++) {
                act(NAMES.get(random.nextInt(NAMES.size())));
                broker.pass(0);
                Set<DestinationView> subscriptions = broker.describe().stream()
                        .filter(view -> view.kind() == DestinationView.Kind.SUBSCRIPTION)
                        .collect(Collectors.toSet());
                long given = publishers.stream()
                        .mapToLong(publisher -> publisher.credit)
                        .sum();
                boolean room = true;
                for (DestinationView view : subscriptions) {
                    if (view.settings().whenFull() == WhenFull.BLOCK) {
                        // What others were asked for may pass the bound by itself.
                        long bound = view.settings().maxMessages();
                        room &= view.depth() < bound && view.depth() + given < 2 * bound;
                    }
                }
                for (TestPublisher publisher : publishers) {
                    assertTrue(!room || publisher.credit > 0, "room, and no credit: " + where + ", step " + step);
                }
            }
        }

        private void act(String name) {
            switch (random.nextInt(9)) {
                case 0 -> publishers.add(broker.publisher("orders"));
                case 1, 2, 3 -> publishers.forEach(publisher -> publish(publisher, random.nextInt(8)));
                case 4 -> declare(name);
                case 5 ->
                    consumers
                            .computeIfAbsent(name, any -> broker.consumer("orders::" + name, 1_000))
                            .acceptAll();
                case 6 -> {
                    broker.ask(new AdminRequest.Delete(DestinationView.Kind.SUBSCRIPTION, "orders::" + name));
                    consumers.remove(name);
                }
                case 7 -> broker.ask(new AdminRequest.Seek("orders::" + name, StartAt.LATEST));
                default -> broker.pass(random.nextInt(2_000));
            }
        }

        private void publish(TestPublisher publisher, int count) {
            for (int i = 0; i < count && publisher.credit > 0; i++) {
                long expiresAt = random.nextInt(4) == 0 ? broker.now + 500 : 0;
                publisher.publish(message("m", null, expiresAt, 0));
            }
            boolean rejecting = broker.describe().stream()
                    .anyMatch(view -> view.settings() != null && view.settings().whenFull() == WhenFull.REJECT);
            assertTrue(rejecting || publisher.rejected.isEmpty(), "rejected though it had credit: " + where);
            publisher.rejected.clear();
        }

        private void declare(String name) {
            WhenFull policy = WhenFull.values()[random.nextInt(WhenFull.values().length)];
            long depth = broker.describe().stream()
                    .filter(view -> view.name().equals("orders::" + name))
                    .mapToLong(DestinationView::depth)
                    .sum();
            // Not below what is there and may come: a bound that is lowered is passed at once.
            long least = depth
                    + publishers.stream()
                            .mapToInt(publisher -> publisher.credit)
                            .sum();
            broker.ask(new AdminRequest.DeclareSubscription(
                    "orders",
                    name,
                    StartAt.LATEST,
                    QueueSettings.SUBSCRIPTION_DEFAULT.withBounds(least + 1 + random.nextInt(20), 0, policy)));
        }
    }
}
