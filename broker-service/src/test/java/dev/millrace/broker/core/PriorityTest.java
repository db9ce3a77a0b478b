package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages of a higher priority go first. */
class PriorityTest {

    private final BrokerFixture broker = new BrokerFixture();

    private static Message message(String body, int priority) {
        return message(body, priority, null, 0);
    }

    private static Message message(String body, int priority, String key, long deliverAt) {
        return new Message(body.getBytes(StandardCharsets.UTF_8), 0, 0, body, key, priority, true, 0, deliverAt);
    }

    private TestPublisher publish(Message... messages) {
        TestPublisher publisher = broker.publisher("work");
        for (Message message : messages) {
            publisher.publish(message);
        }
        return publisher;
    }

    private List<String> drained() {
        TestConsumer consumer = broker.consumer("work", 1_000);
        for (int done = 0; done < consumer.deliveries.size(); ) {
            done = consumer.deliveries.size();
            consumer.acceptAll();
            consumer.grant(1_000);
        }
        consumer.detach();
        return consumer.bodies();
    }

    @Test
    void higherPriorityGoesFirstAndEqualOnesInTheirOrder() {
        broker.start();
        publish(message("low", 1), message("n1", 4), message("h1", 9), message("n2", 4), message("h2", 9));

        assertEquals(List.of("h1", "h2", "n1", "n2", "low"), drained());
    }

    @Test
    void orderHoldsOverManyChunksOfTheIndex() {
        broker.start();
        SplittableRandom random = new SplittableRandom(1);
        List<Message> sent = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int priority = i < 6_000 ? Message.NORMAL_PRIORITY : random.nextInt(10);
            sent.add(message("m" + i, priority));
        }
        publish(sent.toArray(Message[]::new));
        List<String> got = drained();

        // Without the turns of the oldest this would be the order exactly.
        List<String> strict = sent.stream()
                .sorted(Comparator.comparingInt(Message::priority).reversed())
                .map(Message::messageId)
                .toList();
        List<String> highest = sent.stream()
                .filter(message -> message.priority() == 9)
                .map(Message::messageId)
                .toList();
        assertEquals(20_000, got.size());
        assertEquals(strict.subList(0, PriorityOrder.TURNS - 1), got.subList(0, PriorityOrder.TURNS - 1));
        assertTrue(got.subList(0, highest.size() * 102 / 100 + 1).containsAll(highest));
    }

    @Test
    void lowPriorityIsServedThoughHigherOnesNeverEnd() {
        broker.start();
        TestPublisher publisher = publish(message("low", 0));
        for (int i = 0; i < 2 * PriorityOrder.TURNS; i++) {
            publisher.publish(message("h" + i, 9));
        }
        TestConsumer consumer = broker.consumer("work", PriorityOrder.TURNS);

        assertEquals("low", consumer.bodies().getLast());
        assertEquals("h0", consumer.bodies().getFirst());
    }

    @Test
    void newcomerOfHigherPriorityOvertakesABacklog() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (int i = 0; i < 50_000; i++) {
            publisher.publish("m" + i);
        }
        TestConsumer consumer = broker.consumer("work", 1);
        publisher.publish(message("urgent", 9));
        consumer.grant(2);

        assertEquals(List.of("m0", "urgent", "m1"), consumer.bodies());
    }

    @Test
    void orderOfAKeyIsStrongerThanPriority() {
        broker.start();
        publish(
                message("a1", 0, "a", 0),
                message("b1", 4, "b", 0),
                message("a2", 9, "a", 0),
                message("b2", 4, "b", 0),
                message("c", 8));
        TestConsumer consumer = broker.consumer("work", 1);
        for (int i = 0; i < 5; i++) {
            consumer.accept(i);
            consumer.grant(1);
        }

        assertEquals(List.of("c", "b1", "b2", "a1", "a2"), consumer.bodies());
    }

    @Test
    void messagesThatComeBackHaveTheirPlaceByPriority() {
        broker.start();
        publish(message("h", 9), message("n", 4), message("later", 7, null, broker.now + 100));
        TestConsumer consumer = broker.consumer("work", 1);
        consumer.settle(Outcome.RELEASED, 0);
        consumer.grant(1);
        assertEquals(List.of("h", "h"), consumer.bodies());
        consumer.fail(1);
        broker.pass(1_000);
        consumer.grant(3);

        assertEquals(List.of("h", "h", "h", "later", "n"), consumer.bodies());
    }

    @Test
    void prioritiesSurviveCrashesAndSnapshots() {
        broker.start();
        TestPublisher publisher = publish(message("n1", 4), message("h1", 9));
        for (int i = 0; i < 5_000; i++) {
            publisher.publish("filler" + i);
        }
        publisher.publish(message("h2", 8));
        broker.snapshot();
        broker.publisher("work").publish(message("h3", 7));
        broker.crash(1);

        assertEquals(List.of("h1", "h2", "h3", "n1"), drained().subList(0, 4));
    }

    @Test
    void subscriptionsAndAnythingSoughtGoByPriorityToo() {
        broker.topic("orders", "a").start();
        TestPublisher publisher = broker.publisher("orders");
        publisher.publish(message("n", 4));
        publisher.publish(message("h", 9));
        TestConsumer consumer = broker.consumer("orders::a", 10);
        consumer.acceptAll();
        broker.ask(new AdminRequest.Seek("orders::a", StartAt.EARLIEST));
        consumer.grant(10);

        assertEquals(List.of("n", "h", "h", "n"), sorted(consumer.bodies()));
    }

    /** The first two came when they were published, so by that order or the other. */
    private static List<String> sorted(List<String> bodies) {
        List<String> all = new ArrayList<>(List.of("n", "h"));
        all.addAll(bodies.subList(2, bodies.size()));
        return all;
    }

    @Test
    void afterTheLastOneOfAnotherPriorityOrderIsByOffsetAgain() {
        broker.start();
        publish(message("h", 9), message("low", 0));
        assertEquals(List.of("h", "low"), drained());
        TestPublisher publisher = broker.publisher("work");
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            sent.add("m" + i);
            publisher.publish("m" + i);
        }

        assertEquals(sent, drained());
        publisher.publish("next");
        assertEquals(List.of("next"), drained());
    }

    @Test
    void priorityAboveTheHighestCountsAsTheHighest() {
        broker.start();
        publish(message("n", 4), message("h", 9), message("beyond", 200));

        assertEquals(List.of("h", "beyond", "n"), drained());
    }

    @Test
    void aScheduledMessageIsCountedOnceWhilePrioritiesAreMixed() {
        broker.start();
        publish(
                message("n1", 4),
                message("h1", 9),
                message("later", 9, null, broker.now + 1_000_000),
                message("keyed", 4, "k", broker.now + 1_000_000));
        TestConsumer consumer = broker.consumer("work", 1);
        assertEquals(List.of("h1"), consumer.bodies());
        assertEquals(2, broker.view("work").scheduled());
        consumer.fail(0);
        assertEquals(3, broker.view("work").scheduled());
        broker.crash(1);
        assertEquals(3, broker.view("work").scheduled());
    }

    @Test
    void consumersThatSelectAreServedByPriorityToo() {
        broker.start();
        publish(
                message("a-low", 0),
                message("b-low", 0),
                message("a-normal", 4),
                message("b-high", 9),
                message("a-high1", 9),
                message("a-high2", 9));
        TestConsumer a = broker.selecting("work", "a", 1);
        assertEquals(List.of("a-high1"), a.bodies());
        a.settle(Outcome.RELEASED, 0);
        a.grant(10);
        assertEquals(List.of("a-high1", "a-high1", "a-high2", "a-normal", "a-low"), a.bodies());
        publish(message("b-normal", 4));
        assertEquals(
                List.of("b-high", "b-normal", "b-low"),
                broker.selecting("work", "b", 10).bodies());
    }

    @Test
    void lowPriorityIsServedToConsumersThatSelectThoughHigherOnesNeverEnd() {
        broker.start();
        TestPublisher publisher = publish(message("a-low", 0));
        for (int i = 0; i < 2 * PriorityOrder.TURNS; i++) {
            publisher.publish(message("a-h" + i, 9));
        }
        TestConsumer consumer = broker.selecting("work", "a", PriorityOrder.TURNS);

        assertEquals("a-low", consumer.bodies().getLast());
        assertEquals("a-h0", consumer.bodies().getFirst());
    }
}
