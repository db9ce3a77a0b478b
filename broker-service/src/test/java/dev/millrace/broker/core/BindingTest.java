package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestConsumer;
import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of a topic that go into queues, too. */
class BindingTest {

    private static final Selection ORDERS = new Selection("order", null);

    private final BrokerFixture broker = new BrokerFixture().topic("events", "all");

    private AdminRequest.BindingDeclared bind(String queue, Selection selection) {
        return broker.ask(new AdminRequest.Bind("events", queue, selection));
    }

    private void publish(String... bodies) {
        TestPublisher publisher = broker.publisher("events");
        for (String body : bodies) {
            publisher.publish(body);
        }
    }

    private List<String> bodies(String address) {
        TestConsumer consumer = broker.consumer(address, 100);
        List<String> bodies = consumer.bodies();
        consumer.acceptAll();
        return bodies;
    }

    private static QueueSettings bound(long messages, WhenFull policy) {
        return QueueSettings.DEFAULT.withBounds(messages, 0, policy);
    }

    @Test
    void whatIsSelectedIsInTheTopicAndInTheQueue() {
        broker.start();
        bind("audit", ORDERS);
        bind("everything", Selection.ALL);
        publish("order 1", "stock 1", "order 2");

        assertEquals(List.of("order 1", "stock 1", "order 2"), bodies("events::all"));
        assertEquals(List.of("order 1", "order 2"), bodies("audit"));
        assertEquals(List.of("order 1", "stock 1", "order 2"), bodies("everything"));
        assertEquals(
                List.of(
                        new BindingView("events", "audit", ORDERS, 2),
                        new BindingView("events", "everything", Selection.ALL, 3)),
                broker.ask(new AdminRequest.ListBindings("events")));
    }

    @Test
    void messagesOfBeforeDoNotGoThere() {
        broker.start();
        publish("order 1");
        bind("audit", ORDERS);
        publish("order 2");

        assertEquals(List.of("order 2"), bodies("audit"));
    }

    @Test
    void aBindingThatIsDeclaredAgainSelectsOthersFromThenOn() {
        broker.start();
        assertTrue(bind("audit", ORDERS).created());
        publish("order 1", "stock 1");
        assertEquals(
                new AdminRequest.BindingDeclared(
                        false, new BindingView("events", "audit", new Selection("stock", null), 1)),
                bind("audit", new Selection("stock", null)));
        publish("order 2", "stock 2");

        assertEquals(List.of("order 1", "stock 2"), bodies("audit"));
    }

    @Test
    void aBindingThatIsDeletedLeavesTheQueueWhatItHas() {
        broker.start();
        bind("audit", Selection.ALL);
        publish("order 1");
        broker.ask(new AdminRequest.Unbind("events", "audit"));
        assertNull(broker.refusal);
        publish("order 2");

        assertEquals(List.of("order 1"), bodies("audit"));
        assertEquals(List.of(), broker.ask(new AdminRequest.ListBindings("events")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bindingsAndWhatTheyRoutedSurviveACrash(boolean snapshot) {
        broker.start();
        bind("gone", Selection.ALL);
        bind("audit", Selection.ALL);
        bind("audit", ORDERS);
        broker.ask(new AdminRequest.Unbind("events", "gone"));
        publish("order 1", "stock 1");
        if (snapshot) {
            broker.snapshot();
        }
        broker.crash(1);
        publish("order 2", "stock 2");

        assertEquals(List.of("order 1", "order 2"), bodies("audit"));
        assertEquals(List.of("order 1", "stock 1", "order 2", "stock 2"), bodies("events::all"));
        assertEquals(
                List.of(new BindingView("events", "audit", ORDERS, 1)),
                broker.ask(new AdminRequest.ListBindings("events")));
    }

    /** The power goes between the records of one publication, wherever it may. */
    @Test
    void aMessageIsInTheTopicAndInTheQueuesOrNowhere() {
        int torn = 0;
        for (int seed = 0; seed < 40; seed++) {
            BrokerFixture machine = new BrokerFixture().topic("events", "all").start();
            machine.ask(new AdminRequest.Bind("events", "audit", Selection.ALL));
            machine.ask(new AdminRequest.Bind("events", "copy", Selection.ALL));
            TestPublisher publisher = machine.publisher("events");
            publisher.publish("synced");
            machine.executeUnsynced(new Command.Publish(
                    publisher, 7, null, new Message(new byte[900], 0, 0, "big", null, 4, true, 0, 0), true));
            machine.crash(seed);
            long depth = machine.view("events").depth();
            torn += depth == 1 ? 1 : 0;
            assertTrue(depth >= 1, "seed " + seed);
            assertEquals(depth, machine.view("audit").depth(), "seed " + seed);
            assertEquals(depth, machine.view("copy").depth(), "seed " + seed);
        }
        assertTrue(torn > 0, "the power never went in between");
    }

    @Test
    void acceptedWaitsForTheSync() {
        broker.start();
        bind("audit", Selection.ALL);
        TestPublisher publisher = broker.publisher("events");
        List<Effect> held = broker.executeUnsynced(new Command.Publish(publisher, 7, null, message("order 1"), false));

        assertEquals(List.of(), publisher.accepted);
        held.forEach(Effect::release);
        assertEquals(List.of(7L), publisher.accepted);
        assertEquals(1, broker.view("audit").depth());
    }

    @Test
    void aScheduledMessageWaitsForItsTimeInTheQueueToo() {
        broker.start();
        bind("audit", Selection.ALL);
        broker.publisher("events").publish(message("order 1", null, 0, broker.now + 1_000));
        TestConsumer consumer = broker.consumer("audit", 10);

        assertEquals(List.of(), consumer.bodies());
        assertEquals(1, broker.view("audit").scheduled());
        broker.pass(999);
        assertEquals(List.of(), consumer.bodies());
        broker.pass(1);
        assertEquals(List.of("order 1"), consumer.bodies());
    }

    @Test
    void whatTheQueueGivesUpIsInItsOwnDeadLettersAndTheTopicKeepsIt() {
        broker.start();
        bind("audit", Selection.ALL);
        publish("order 1");
        broker.consumer("audit", 1).settle(new Outcome.Rejected("bad"), 0);

        assertEquals(List.of("order 1"), bodies("audit/$deadletterqueue"));
        assertEquals(List.of("order 1"), bodies("events::all"));
    }

    @Test
    void theTopicsDuplicateWindowDecidesForTheQueues() {
        broker.topics.put("events", new TopicSettings(RetentionSettings.DEFAULT, 60_000, Map.of()));
        broker.start();
        bind("audit", Selection.ALL);
        publish("order 1", "order 1");

        assertEquals(1, broker.view("events").depth());
        assertEquals(1, broker.view("audit").depth());
    }

    @Test
    void aQueuesOwnDuplicateWindowHoldsToo() {
        broker.queue("audit", QueueSettings.DEFAULT.withDuplicateWindow(60_000)).start();
        bind("audit", Selection.ALL);
        publish("order 1", "order 1");
        broker.publisher("audit").publish("order 1");

        assertEquals(2, broker.view("events").depth());
        assertEquals(1, broker.view("audit").depth());
        assertEquals(2, broker.view("audit").duplicates());
    }

    @Test
    void aQueueThatIsFullAndRejectsRefusesTheWholePublication() {
        broker.queue("audit", bound(1, WhenFull.REJECT)).start();
        bind("audit", ORDERS);
        TestPublisher publisher = broker.publisher("events");
        publisher.publish("order 1");
        publisher.publish("order 2");
        publisher.publish("stock 1");

        assertEquals(
                List.of(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED),
                publisher.rejected.stream().map(BrokerError::code).toList());
        assertTrue(publisher.rejected.getFirst().description().contains("'audit'"));
        assertEquals(List.of("order 1", "stock 1"), bodies("events::all"));
    }

    @Test
    void aQueueThatBlocksTakesCreditFromTheTopicsPublishersAndGivesItBack() {
        broker.queue("audit", bound(10, WhenFull.BLOCK)).start();
        bind("audit", Selection.ALL);
        TestPublisher publisher = broker.publisher("events");
        int sent = 0;
        while (publisher.credit > 0) {
            publisher.publish("order " + sent++);
        }

        assertEquals(10, sent);
        assertEquals(10, publisher.accepted.size());
        broker.consumer("audit", 100).acceptAll();
        assertTrue(publisher.credit > 0);
    }

    @Test
    void whatComesOnCreditOfBeforeTheBindingIsTakenUpToTwiceTheBound() {
        broker.queue("audit", bound(10, WhenFull.BLOCK)).start();
        TestPublisher publisher = broker.publisher("events");
        bind("audit", Selection.ALL);
        for (int i = 0; i < 25; i++) {
            publisher.publish("order " + i);
        }

        assertEquals(20, publisher.accepted.size());
        assertEquals(5, publisher.rejected.size());
        assertEquals(20, broker.view("events").depth());
    }

    @Test
    void creditIsSharedWithTheQueuesOwnPublishers() {
        broker.queue("audit", bound(10, WhenFull.BLOCK)).start();
        bind("audit", ORDERS);
        TestPublisher topic = broker.publisher("events");
        TestPublisher direct = broker.publisher("audit");
        assertTrue(direct.credit > 0, "the topic's publisher has it all");
        direct.publishOnCredit("direct");
        assertEquals(0, direct.credit);
        assertEquals(10, broker.view("audit").depth());
        broker.consumer("audit", 100).acceptAll();
        assertTrue(direct.credit > 0 && topic.credit > 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publishersGoOnWhenTheFullQueueIsUnboundOrDeleted(boolean delete) {
        broker.queue("audit", bound(1, WhenFull.BLOCK)).start();
        bind("audit", Selection.ALL);
        TestPublisher publisher = broker.publisher("events");
        publisher.publish("order 1");
        assertEquals(0, publisher.credit);
        broker.ask(
                delete
                        ? new AdminRequest.Delete(DestinationView.Kind.QUEUE, "audit")
                        : new AdminRequest.Unbind("events", "audit"));

        assertTrue(publisher.credit > 1_000);
    }

    @Test
    void aQueueThatDropsItsOldestNeverStopsTheTopic() {
        broker.queue("audit", bound(2, WhenFull.DROP_OLDEST)).start();
        bind("audit", Selection.ALL);
        publish("order 1", "order 2", "order 3");

        assertEquals(3, broker.view("events").depth());
        assertEquals(1, broker.view("audit").dropped());
        assertEquals(List.of("order 2", "order 3"), bodies("audit"));
    }

    @Test
    void messagesThatComeWithoutCreditAreAllRoutedOrNone() {
        broker.queue("audit", bound(2, WhenFull.BLOCK)).start();
        bind("audit", ORDERS);
        List<Message> messages = new ArrayList<>(List.of(message("order 1"), message("stock 1"), message("order 2")));
        assertNotNull(broker.ask(new AdminRequest.Store(DestinationView.Kind.TOPIC, "events", messages)));
        assertNull(broker.ask(new AdminRequest.Store(
                DestinationView.Kind.TOPIC, "events", List.of(message("stock 2"), message("order 3")))));

        assertEquals(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, broker.refusal.code());
        assertEquals(3, broker.view("events").depth());
        assertEquals(List.of("order 1", "order 2"), bodies("audit"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit", "events"})
    void bindingsGoWithTheirQueueAndWithTheirTopicForGood(String deleted) {
        broker.start();
        bind("audit", Selection.ALL);
        broker.ask(new AdminRequest.Delete(
                deleted.equals("audit") ? DestinationView.Kind.QUEUE : DestinationView.Kind.TOPIC, deleted));
        broker.crash(1);
        broker.publisher("audit").detach();
        publish("order 1");

        assertEquals(List.of(), broker.ask(new AdminRequest.ListBindings("events")));
        assertEquals(0, broker.view("audit").depth());
        broker.snapshot();
        broker.crash(2);
        assertEquals(List.of(), broker.ask(new AdminRequest.ListBindings("events")));
    }

    @Test
    void aTopicThatIsUnknownIsRefusedAndAQueueThatIsUnknownIsMade() {
        broker.start();
        assertNull(broker.ask(new AdminRequest.Bind("unknown", "audit", Selection.ALL)));
        assertEquals(BrokerError.Code.NOT_FOUND, broker.refusal.code());
        assertTrue(broker.refusal.description().contains("'unknown'"));
        assertNull(broker.ask(new AdminRequest.Unbind("events", "audit")));
        assertEquals(BrokerError.Code.NOT_FOUND, broker.refusal.code());
        bind("audit", Selection.ALL);
        assertEquals(QueueSettings.DEFAULT, broker.view("audit").settings());
    }

    @Test
    void whatIsNoQueueIsRefused() {
        broker.topic("other").start();
        bind("other", Selection.ALL);
        assertEquals(BrokerError.Code.NOT_ALLOWED, broker.refusal.code());
        bind("a::b", Selection.ALL);
        assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code());
    }

    @Test
    void aSelectionThatCannotBeReadIsRefusedAndNothingIsMade() {
        broker.start();
        bind("audit", new Selection("!", null));

        assertEquals(BrokerError.Code.INVALID_FIELD, broker.refusal.code());
        assertTrue(broker.describe().stream().noneMatch(view -> view.name().equals("audit")));
    }

    @Test
    void thereIsABoundOnTheBindingsOfATopic() {
        broker.start();
        for (int i = 0; i < Bindings.MAX; i++) {
            bind("queue-" + i, Selection.ALL);
        }
        assertNull(broker.refusal);
        bind("one-more", Selection.ALL);

        assertEquals(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, broker.refusal.code());
        assertNotNull(bind("queue-7", ORDERS));
    }

    @Test
    void aTopicWithoutBindingsAsksNoFilter() {
        broker.topic("quiet").start();
        bind("audit", ORDERS);
        broker.publisher("quiet").publish("order 1");
        assertEquals(0, broker.looks);
    }
}
