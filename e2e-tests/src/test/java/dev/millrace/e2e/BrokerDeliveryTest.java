package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.UnsignedLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the broker promises, seen by a plain AMQP client on queues and topics of its own. */
@EndToEndTest
class BrokerDeliveryTest {
    /** How long nothing must come to be sure that nothing comes. */
    private static final Duration QUIET = Duration.ofMillis(700);

    private final Millrace system;
    private AmqpClient amqp;

    BrokerDeliveryTest(Millrace system) {
        this.system = system;
    }

    @BeforeEach
    void connect() {
        amqp = system.amqp();
    }

    @AfterEach
    void disconnect() {
        amqp.close();
    }

    @Test
    void messagesComeInOrderAndAsTheyWere() {
        String queue = newName("queue");
        List<String> ids = send(queue, 50);
        AmqpReceiver receiver = amqp.receiver(queue, 10);
        long offset = -1;
        for (String id : ids) {
            AmqpDelivery delivery = receiver.next();
            assertEquals(id, delivery.id());
            assertEquals("text of " + id, delivery.text());
            assertEquals(0, delivery.deliveryCount(), "delivery-count of " + id);
            long next = ((UnsignedLong) delivery.annotation("x-opt-offset")).longValue();
            assertTrue(offset < 0 || next == offset + 1, "offset " + next + " after " + offset);
            offset = next;
            delivery.accept();
        }
        assertEquals(List.of(), receiver.acceptUntilQuiet(QUIET));
    }

    @Test
    void competingConsumersShareAQueue() {
        String queue = newName("queue");
        AmqpReceiver one = amqp.receiver(queue, 5);
        try (var other = system.amqp()) {
            AmqpReceiver two = other.receiver(queue, 5);
            Set<String> sent = new HashSet<>(send(queue, 100));
            var received = new ArrayList<String>();
            int byOne = 0;
            while (received.size() < sent.size()) {
                for (AmqpReceiver receiver : List.of(one, two)) {
                    var delivery = receiver.poll(Duration.ofSeconds(received.size() < 10 ? 10 : 2));
                    byOne += receiver == one && delivery.isPresent() ? 1 : 0;
                    delivery.ifPresent(some -> {
                        some.accept();
                        received.add(some.id());
                    });
                }
            }
            assertEquals(sent, new HashSet<>(received));
            assertEquals(sent.size(), received.size(), "messages delivered, each once");
            assertTrue(byOne > 0 && byOne < sent.size(), "one consumer got " + byOne + " of " + sent.size());
        }
    }

    @Test
    void everySubscriptionOfATopicGetsEveryMessage() {
        String topic = newName("topic");
        AmqpReceiver red = amqp.receiver(topic + "::red", 10);
        AmqpReceiver blue = amqp.receiver(topic + "::blue", 10);
        AmqpReceiver listener = amqp.receiver(topic, 100);
        List<String> sent = send(topic, 30);
        assertEquals(sent, ids(red.acceptUntilQuiet(QUIET)));
        assertEquals(sent, ids(listener.acceptUntilQuiet(QUIET)));

        // A subscription keeps what its readers have not taken yet.
        blue.next();
        blue.close();
        List<AmqpDelivery> later = amqp.receiver(topic + "::blue", 10).acceptUntilQuiet(Duration.ofSeconds(2));
        assertEquals(new HashSet<>(sent), new HashSet<>(ids(later)));
        assertEquals(sent.size(), later.size());
    }

    @Test
    void aReleasedMessageComesBackUncounted() {
        String queue = newName("queue");
        String id = send(queue, 1).getFirst();
        AmqpReceiver receiver = amqp.receiver(queue, 1);
        for (int i = 0; i < 20; i++) {
            AmqpDelivery delivery = receiver.next();
            assertEquals(id, delivery.id());
            assertEquals(0, delivery.deliveryCount(), "delivery-count after " + i + " releases");
            delivery.release();
        }
        receiver.next().accept();
        assertEquals(List.of(), receiver.acceptUntilQuiet(QUIET));
    }

    @Test
    void aMessageWhoseConsumerVanishesComesBackCountedOnce() {
        String queue = newName("queue");
        List<String> ids = send(queue, 3);
        try (var doomed = system.amqp()) {
            AmqpReceiver receiver = doomed.receiver(queue, 2);
            assertEquals(ids.get(0), receiver.next().id());
            assertEquals(ids.get(1), receiver.next().id());
            doomed.drop();
        }
        AmqpReceiver receiver = amqp.receiver(queue, 1);
        var counts = new HashMap<String, Long>();
        for (int i = 0; i < ids.size(); i++) {
            AmqpDelivery delivery = receiver.next();
            counts.put(delivery.id(), delivery.deliveryCount());
            delivery.accept();
        }
        assertEquals(1, counts.get(ids.get(0)), "delivery-count of the first");
        assertEquals(1, counts.get(ids.get(1)), "delivery-count of the second");
        assertEquals(0, counts.get(ids.get(2)), "delivery-count of the one that was never delivered");
    }

    @Test
    void aMessageThatAlwaysFailsIsDeadLetteredAndTheRestGoesOn() {
        String queue = newName("queue");
        List<String> ids = send(queue, 3);
        String poison = ids.getFirst();
        AmqpReceiver receiver = amqp.receiver(queue, 1);
        var passed = new ArrayList<String>();
        long failures = 0;
        for (var next = receiver.poll(Duration.ofSeconds(8));
                next.isPresent();
                next = receiver.poll(Duration.ofSeconds(passed.size() < 2 ? 8 : 6))) {
            AmqpDelivery delivery = next.get();
            if (delivery.id().equals(poison)) {
                assertEquals(failures, delivery.deliveryCount(), "delivery-count");
                failures++;
                delivery.fail();
            } else {
                delivery.accept();
                passed.add(delivery.id());
            }
        }
        assertEquals(ids.subList(1, 3), passed, "the others");
        assertTrue(failures > 1, "it was tried only " + failures + " times");
        assertDeadLetter(queue, poison, "attempts-exhausted");
    }

    @Test
    void aRejectedMessageIsDeadLetteredAtOnce() {
        String queue = newName("queue");
        String id = send(queue, 1).getFirst();
        AmqpReceiver receiver = amqp.receiver(queue, 1);
        receiver.next().reject("amqp:not-implemented", "cannot be handled");
        AmqpDelivery dead = assertDeadLetter(queue, id, "rejected");
        String description = String.valueOf(dead.annotation("DeadLetterErrorDescription"));
        assertTrue(description.contains("cannot be handled"), description);
        assertEquals(List.of(), receiver.acceptUntilQuiet(QUIET));
    }

    @Test
    void aMessageUndeliverableHereIsDeadLettered() {
        String topic = newName("topic");
        AmqpReceiver receiver = amqp.receiver(topic + "::reader", 1);
        String id = send(topic, 1).getFirst();
        receiver.next().undeliverable();
        assertDeadLetter(topic + "::reader", id, "undeliverable");
    }

    @Test
    void messagesOfOneKeyAreDeliveredOneAtATimeWhoeverTakesThem() {
        String queue = newName("queue");
        AmqpSender sender = amqp.sender(queue);
        var outcomes = IntStream.range(0, 60)
                .mapToObj(i -> sender.send(Messages.of("m" + i, "key-" + i % 3, "text")))
                .toList();
        outcomes.forEach(CompletableFuture::join);
        try (var other = system.amqp()) {
            var receivers = List.of(amqp.receiver(queue, 10), other.receiver(queue, 10));
            var unsettled = new HashMap<String, AmqpDelivery>();
            var last = new HashMap<String, Integer>();
            for (int handled = 0; handled < 60; ) {
                for (AmqpReceiver receiver : receivers) {
                    for (var next = receiver.poll(Duration.ofMillis(100));
                            next.isPresent();
                            next = receiver.poll(Duration.ZERO)) {
                        String key = next.get().message().getGroupId();
                        AmqpDelivery before = unsettled.put(key, next.get());
                        assertNull(before, "two messages of " + key + " at the same time");
                    }
                }
                assertFalse(unsettled.isEmpty(), "nothing came after " + handled + " messages");
                for (AmqpDelivery delivery : unsettled.values()) {
                    int number = Integer.parseInt(delivery.id().substring(1));
                    Integer before = last.put(delivery.message().getGroupId(), number);
                    assertTrue(before == null || number == before + 3, number + " came after " + before);
                    delivery.accept();
                    handled++;
                }
                unsettled.clear();
            }
        }
    }

    @Test
    void aScheduledMessageIsNotEarly() {
        String queue = newName("queue");
        var message = Messages.of("scheduled", "text");
        long due = System.currentTimeMillis() + 1_500;
        message.setMessageAnnotations(Messages.annotations("x-opt-delivery-time", due));
        amqp.sender(queue).sendAccepted(message);
        AmqpDelivery delivery = amqp.receiver(queue, 1).next();
        long late = System.currentTimeMillis() - due;
        delivery.accept();
        assertTrue(late >= 0 && late < 2_000, "due at " + due + ", came " + late + " ms later");
    }

    private AmqpDelivery assertDeadLetter(String source, String id, String reason) {
        AmqpDelivery dead = amqp.receiver(source + "/$deadletterqueue", 1).next();
        assertEquals(id, dead.id());
        assertEquals("text of " + id, dead.text());
        assertEquals(reason, String.valueOf(dead.annotation("DeadLetterReason")));
        assertEquals(
                source.replaceFirst("::.*", ""),
                String.valueOf(dead.annotation("x-opt-ORIG-ADDRESS")).replaceFirst("::.*", ""));
        assertTrue(dead.annotation("x-opt-deaths") != null, "no x-opt-deaths on " + id);
        dead.accept();
        return dead;
    }

    private List<String> send(String address, int count) {
        AmqpSender sender = amqp.sender(address);
        List<String> ids = IntStream.range(0, count)
                .mapToObj(i -> "message-" + i + "-" + UUID.randomUUID())
                .toList();
        ids.forEach(id -> sender.sendAccepted(Messages.of(id, "text of " + id)));
        return ids;
    }

    private static List<String> ids(List<AmqpDelivery> deliveries) {
        return deliveries.stream().map(AmqpDelivery::id).toList();
    }

    private static String newName(String kind) {
        return "e2e-" + kind + "-" + UUID.randomUUID();
    }
}
