package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.BrowsedMessage.State;
import dev.millrace.broker.core.DestinationView.Kind;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Messages are looked at where they are, and stored without a link. */
class BrowsingTest {

    private final BrokerFixture broker = new BrokerFixture();

    private BrowsedMessage.Page browse(Kind kind, String name, long from, int limit) {
        return broker.ask(new AdminRequest.Browse(kind, name, new StartAt.Offset(from), limit));
    }

    private static List<String> ids(BrowsedMessage.Page page) {
        return page.items().stream().map(item -> item.message().messageId()).toList();
    }

    @Test
    void everyStateIsShownAndNothingIsConsumed() {
        broker.start();
        TestPublisher publisher = broker.publisher("work");
        for (String id : List.of("done", "held", "failed")) {
            publisher.publish(id);
        }
        publisher.publish(message("later", null, 0, broker.now + 60_000));
        TestConsumer consumer = broker.consumer("work", 3);
        consumer.accept(0);
        consumer.fail(2);
        publisher.publish("waiting");
        BrowsedMessage.Page page = browse(Kind.QUEUE, "work", 0, 10);

        assertEquals(List.of("held", "failed", "later", "waiting"), ids(page));
        assertEquals(
                List.of(State.IN_FLIGHT, State.RETRY, State.SCHEDULED, State.READY),
                page.items().stream().map(BrowsedMessage::state).toList());
        assertEquals(1, page.items().get(1).attempts());
        assertEquals(-1, page.lastOffset());
        assertEquals(4, broker.view("work").depth());
    }

    @Test
    void pagesFollowEachOther() {
        broker.topic("orders").start();
        TestPublisher publisher = broker.publisher("orders");
        IntStream.range(0, 5).forEach(i -> publisher.publish("m" + i));
        BrowsedMessage.Page first = browse(Kind.TOPIC, "orders", 0, 2);
        BrowsedMessage.Page rest = browse(Kind.TOPIC, "orders", first.lastOffset() + 1, 3);

        assertEquals(List.of("m0", "m1"), ids(first));
        assertEquals(List.of("m2", "m3", "m4"), ids(rest));
        assertEquals(-1, rest.lastOffset());
    }

    @Test
    void deadLettersAreShownWithTheirDeaths() {
        broker.start();
        broker.publisher("work").publish("m0");
        broker.consumer("work", 1).settle(new Outcome.Rejected("bad"), 0);
        BrowsedMessage item =
                browse(Kind.QUEUE, "work/$deadletterqueue", 0, 10).items().getFirst();

        assertEquals("bad", item.deaths().getFirst().error());
    }

    @Test
    void messagesAreStoredAllOrNone() {
        broker.queue("work", QueueSettings.DEFAULT.withBounds(3, 0, WhenFull.BLOCK))
                .start();
        List<Message> two = List.of(message("m0"), message("m1"));
        List<AdminRequest.Receipt> receipts = broker.ask(new AdminRequest.Store(Kind.QUEUE, "work", two));
        assertEquals(List.of(new AdminRequest.Receipt("m0", 0), new AdminRequest.Receipt("m1", 1)), receipts);
        assertNull(broker.ask(new AdminRequest.Store(Kind.QUEUE, "work", two)));

        assertEquals(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, broker.refusal.code());
        assertEquals(2, broker.view("work").depth());
    }

    @Test
    void duplicateHasTheOffsetOfTheFirstOne() {
        broker.queue("work", QueueSettings.DEFAULT.withDuplicateWindow(10_000)).start();
        List<Message> messages = List.of(message("m0"), message("m1"), message("m0"));
        List<AdminRequest.Receipt> receipts = broker.ask(new AdminRequest.Store(Kind.QUEUE, "work", messages));

        assertEquals(
                List.of(0L, 1L, 0L),
                receipts.stream().map(AdminRequest.Receipt::offset).toList());
        assertEquals(2, broker.view("work").depth());
    }

    @Test
    void storedMessagesGoToConsumersThatWait() {
        broker.start();
        TestConsumer consumer = broker.consumer("work", 1);
        assertNotNull(broker.ask(new AdminRequest.Store(Kind.QUEUE, "work", List.of(message("m0")))));

        assertEquals(List.of("m0"), consumer.bodies());
    }
}
