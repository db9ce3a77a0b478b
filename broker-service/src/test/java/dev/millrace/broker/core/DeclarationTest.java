package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.QueueSettings.WhenFull;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a configuration declares is there at each start; what it cannot mean is refused with a sentence. */
class DeclarationTest {

    private static final Selection ORDERS = new Selection("order", null);

    private final BrokerFixture broker = new BrokerFixture();

    private static TopicSettings bound(Map<String, Selection> bindings) {
        return new TopicSettings(RetentionSettings.DEFAULT, 0, Map.of(), Map.of(), bindings);
    }

    private void publish(String... bodies) {
        TestPublisher publisher = broker.publisher("events");
        for (String body : bodies) {
            publisher.publish(body);
        }
    }

    private List<BindingView> bindings() {
        return broker.ask(new AdminRequest.ListBindings("events"));
    }

    /** The reason if it was refused, else null. */
    private BrokerError declare(Map<String, QueueSettings> queues, Map<String, TopicSettings> topics) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        broker.execute(new Command.Declare(queues, topics, answer));
        return answer.<BrokerError>handle(
                        (nothing, failure) -> failure == null ? null : ((RefusedException) failure).error())
                .join();
    }

    private void assertRefused(BrokerError.Code code, BrokerError error, String... said) {
        assertEquals(code, error.code());
        for (String part : said) {
            assertTrue(error.description().contains(part), error.description());
        }
    }

    @Test
    void bindingsRouteIntoQueuesThatAreDeclaredAndIntoThoseThatAreMadeForThem() {
        broker.queue("audit", QueueSettings.DEFAULT.withBounds(7, 0, WhenFull.DROP_OLDEST));
        broker.topics.put("events", bound(Map.of("audit", ORDERS, "everything", Selection.ALL)));
        broker.start();
        publish("order 1", "stock 1");

        assertEquals(1, broker.view("audit").depth());
        assertEquals(7, broker.view("audit").settings().maxMessages());
        assertEquals(2, broker.view("everything").depth());
        assertEquals(
                Set.of(
                        new BindingView("events", "audit", ORDERS, 1),
                        new BindingView("events", "everything", Selection.ALL, 2)),
                Set.copyOf(broker.view("events").bindings()));
    }

    @Test
    void bindingsAreDeclaredAgainAtEachStartAndOthersStay() {
        broker.topics.put("events", bound(Map.of("audit", ORDERS)));
        broker.start();
        broker.ask(new AdminRequest.Bind("events", "mine", Selection.ALL));
        broker.ask(new AdminRequest.Unbind("events", "audit"));
        broker.crash(1);
        assertEquals(
                List.of(
                        new BindingView("events", "audit", ORDERS, 0),
                        new BindingView("events", "mine", Selection.ALL, 0)),
                bindings());
        broker.topics.put("events", bound(Map.of("audit", Selection.ALL)));
        broker.crash(2);
        publish("stock 1");

        assertEquals(1, broker.view("audit").depth(), "it selects what is configured now");
        assertEquals(1, broker.view("mine").depth());
    }

    @Test
    void oneNameIsNotAQueueAndATopic() {
        broker.start();

        assertRefused(
                BrokerError.Code.NOT_ALLOWED,
                declare(Map.of("events", QueueSettings.DEFAULT), Map.of("events", bound(Map.of()))),
                "'events' is declared as a topic, but exists as a queue");
    }

    @Test
    void aBindingIntoATopicIsRefused() {
        broker.topic("other").start();

        assertRefused(
                BrokerError.Code.NOT_ALLOWED,
                declare(Map.of(), Map.of("events", bound(Map.of("other", Selection.ALL)))),
                "'other' is a topic, not a queue");
    }

    @Test
    void aSelectionThatCannotBeReadIsRefused() {
        broker.start();

        assertRefused(
                BrokerError.Code.INVALID_FIELD,
                declare(Map.of(), Map.of("events", bound(Map.of("audit", new Selection("!", null))))),
                "not a beginning");
    }

    @Test
    void aQueueWithoutABoundIsRefusedAndASubscriptionWithoutOneIsNot() {
        QueueSettings unbounded = QueueSettings.SUBSCRIPTION_DEFAULT;
        broker.start();

        assertRefused(
                BrokerError.Code.INVALID_FIELD,
                declare(Map.of("work", unbounded), Map.of()),
                "maxMessages of the queue 'work' must be at least 1, not 0");
        assertNull(declare(
                Map.of(), Map.of("events", new TopicSettings(RetentionSettings.DEFAULT, Map.of("slow", unbounded)))));
    }
}
