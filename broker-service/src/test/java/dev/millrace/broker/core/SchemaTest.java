package dev.millrace.broker.core;

import static dev.millrace.broker.core.BrokerFixture.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerFixture.TestPublisher;
import dev.millrace.broker.core.DestinationView.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that a topic does not take because they do not conform. Here a schema is how bodies have to begin. */
class SchemaTest {

    private static final String SUBJECT = "order.placed";

    private final BrokerFixture broker = new BrokerFixture().topic("events", "all");

    private SchemaRequest.Declared declare(String schema) {
        return broker.ask(new SchemaRequest.Declare("events", SUBJECT, schema));
    }

    private TestPublisher publish(String... bodies) {
        TestPublisher publisher = broker.publisher("events");
        for (String body : bodies) {
            publisher.publish(body);
        }
        return publisher;
    }

    private List<SchemaView> all() {
        return broker.ask(new SchemaRequest.ListAll("events"));
    }

    private void assertRefused(BrokerError.Code code, String said) {
        assertEquals(code, broker.refusal.code());
        assertTrue(broker.refusal.description().contains(said), broker.refusal::description);
    }

    @Test
    void whatDoesNotConformIsRejectedWithTheReasonAndNothingOfItStays() {
        broker.start();
        broker.ask(new AdminRequest.Bind("events", "audit", Selection.ALL));
        assertTrue(declare("order").created());
        TestPublisher publisher = publish("order 1", "stock 1", "order 2");

        assertEquals(2, publisher.accepted.size());
        assertEquals(1, publisher.rejected.size());
        BrokerError error = publisher.rejected.getFirst();
        assertEquals(BrokerError.Code.SCHEMA_VIOLATED, error.code());
        assertEquals("'events' does not take this message: expected {order.placed=order}", error.description());
        assertEquals(2, broker.view("events").depth());
        assertEquals(2, broker.view("audit").depth());
        assertTrue(publisher.credit > 1_000, "it keeps its credit");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void schemasSurviveACrash(boolean snapshot) {
        broker.start();
        declare("order");
        broker.ask(new SchemaRequest.Declare("events", "gone", "x"));
        broker.ask(new SchemaRequest.Remove("events", "gone"));
        declare("order ");
        if (snapshot) {
            broker.snapshot();
        }
        broker.crash(1);

        assertEquals(List.of(new SchemaView("events", SUBJECT, "order ")), all());
        assertEquals(1, publish("stock 1").rejected.size());
    }

    @Test
    void anotherOneReplacesItIfItIsCompatible() {
        broker.start();
        declare("order");
        assertNull(declare("stock"));
        assertRefused(BrokerError.Code.NOT_ALLOWED, "cannot be replaced by this one: stock begins with order");
        assertEquals("order", all().getFirst().schema());
        assertFalse(declare("order 1").created());
        assertEquals(1, publish("order 2").rejected.size());
        broker.ask(new SchemaRequest.Remove("events", SUBJECT));
        assertTrue(declare("stock").created(), "after the removal it begins anew");
    }

    @Test
    void aRemovedOneChecksNothingAndATopicTakesItsOwnWithIt() {
        broker.start();
        declare("order");
        broker.ask(new SchemaRequest.Remove("events", SUBJECT));
        assertEquals(1, publish("stock 1").accepted.size());
        declare("order");
        broker.ask(new AdminRequest.Delete(Kind.TOPIC, "events"));
        broker.ask(new AdminRequest.DeclareTopic("events", RetentionSettings.DEFAULT, 0));

        assertEquals(List.of(), all());
        assertEquals(1, publish("stock 1").accepted.size());
    }

    @Test
    void whatComesWithoutCreditIsStoredWhollyOrNotAtAll() {
        broker.start();
        declare("order");
        assertNull(broker.ask(
                new AdminRequest.Store(Kind.TOPIC, "events", List.of(message("order 1"), message("stock 1")))));

        assertRefused(BrokerError.Code.SCHEMA_VIOLATED, "expected {order.placed=order}");
        assertEquals(0, broker.view("events").depth());
    }

    @Test
    void whatWasTakenBeforeIsStillADuplicateAndNoViolation() {
        broker.topics.put("events", new TopicSettings(RetentionSettings.DEFAULT, 60_000, Map.of()));
        broker.start();
        publish("stock 1");
        declare("order");

        assertEquals(1, publish("stock 1").accepted.size());
        assertEquals(
                1,
                broker.ask(new AdminRequest.Store(Kind.TOPIC, "events", List.of(message("stock 1"))))
                        .size());
        assertEquals(1, broker.view("events").depth());
        assertEquals(1, publish("stock 2").rejected.size());
        broker.ask(new SchemaRequest.Remove("events", SUBJECT));
        assertEquals(1, publish("stock 2").accepted.size());
        assertEquals(2, broker.view("events").depth(), "the id of what was rejected was not remembered");
    }

    private ReplayView replay(String patch) {
        ReplayView view = broker.ask(new DeadLetterRequest.Replay(new ReplayRequest(
                "events::all", ReplayRequest.Select.ALL, null, patch, 0, false, null, -1, false, "ada")));
        for (int i = 0; i < 1_000 && view.state() == ReplayView.State.RUNNING; i++) {
            broker.pass(1);
            view = broker.ask(new DeadLetterRequest.InspectReplay(view.id()));
        }
        return view;
    }

    @Test
    void aDeadLetterThatAPatchMakesInvalidStaysAndAnUnchangedOneGoesBackToItsSubscription() {
        broker.start();
        publish("stock 1");
        broker.consumer("events::all", 1).settle(new Outcome.Rejected("bad"), 0);
        declare("order");
        ReplayView patched = replay("changed ");
        assertEquals(1, patched.failed());
        assertTrue(patched.lastError().contains("expected {order.placed=order}"), patched::lastError);
        assertEquals(1, broker.view("events::all").deadLetters());

        assertEquals(1, replay(null).replayed());
        assertEquals(0, broker.view("events::all").deadLetters());
    }

    @Test
    void whatCannotBeIsRefused() {
        broker.queue("work", QueueSettings.DEFAULT).start();
        declare("!");
        assertRefused(BrokerError.Code.INVALID_FIELD, "not a beginning");
        assertEquals(List.of(), all());
        declare("x".repeat(Schemas.MAX_BYTES + 1));
        assertRefused(BrokerError.Code.INVALID_FIELD, "at most 24576 bytes, not 24577");
        broker.ask(new SchemaRequest.Declare("events", "x".repeat(256), "order"));
        assertRefused(BrokerError.Code.INVALID_FIELD, "1 to 255 characters, not 256");
        broker.ask(new SchemaRequest.Declare("work", SUBJECT, "order"));
        assertRefused(BrokerError.Code.NOT_FOUND, "'work': it is a queue");
        broker.ask(new SchemaRequest.Declare("nothing", SUBJECT, "order"));
        assertRefused(BrokerError.Code.NOT_FOUND, "'nothing'");
        broker.ask(new SchemaRequest.Remove("events", SUBJECT));
        assertRefused(BrokerError.Code.NOT_FOUND, "no schema for 'order.placed'");
        for (int i = 0; i < Schemas.MAX; i++) {
            broker.ask(new SchemaRequest.Declare("events", "s" + i, ""));
        }
        declare("");
        assertRefused(BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, "100 schemas already");
    }
}
