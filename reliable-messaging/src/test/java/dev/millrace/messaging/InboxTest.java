package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedDatabase.class)
@QuarkusTestResource(ScriptedBroker.class)
class InboxTest {

    @Inject
    Inbox inbox;

    @Inject
    Outbox outbox;

    @Inject
    TraceContext trace;

    @Inject
    DataSource dataSource;

    @Inject
    MeterRegistry metrics;

    private final AtomicInteger effects = new AtomicInteger();
    private final InboundEvent event = event("thing.made");

    @Test
    void anEffectIsRunOncePerConsumer() {
        assertTrue(inbox.once("maker", event, effects::incrementAndGet));
        assertFalse(inbox.once("maker", event, effects::incrementAndGet));
        assertTrue(inbox.once("painter", event, effects::incrementAndGet));

        assertEquals(2, effects.get());
    }

    @Test
    void duplicatesAreCounted() {
        var duplicates = metrics.counter("millrace.inbox.duplicates", "consumer", "counter");
        inbox.once("counter", event, effects::incrementAndGet);
        assertEquals(0, duplicates.count());

        inbox.once("counter", event, effects::incrementAndGet);
        assertEquals(1, duplicates.count());
    }

    @Test
    void anEffectThatFailedIsRunAgain() {
        assertThrows(
                IllegalStateException.class,
                () -> inbox.once("maker", event, () -> {
                    throw new IllegalStateException("not this time");
                }));

        assertTrue(inbox.once("maker", event, effects::incrementAndGet));
        assertEquals(1, effects.get());
    }

    @Test
    void withTheCallersTransactionBothGoBack() {
        assertThrows(IllegalStateException.class, () -> QuarkusTransaction.requiringNew()
                .run(() -> {
                    inbox.once("maker", event, effects::incrementAndGet);
                    throw new IllegalStateException("the caller failed later");
                }));

        assertTrue(inbox.once("maker", event, effects::incrementAndGet));
    }

    @Test
    void theSecondOfTwoConcurrentDeliveriesWaitsAndThenDoesNothing() throws Exception {
        var firstIsInside = new CountDownLatch(1);
        var letFirstCommit = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> inbox.once("maker", event, () -> {
                effects.incrementAndGet();
                firstIsInside.countDown();
                await(letFirstCommit);
            }));
            await(firstIsInside);
            var second = threads.submit(() -> inbox.once("maker", event, effects::incrementAndGet));
            awaitBlockedInsert();
            letFirstCommit.countDown();

            assertTrue(first.get(10, TimeUnit.SECONDS));
            assertFalse(second.get(10, TimeUnit.SECONDS));
        }
        assertEquals(1, effects.get());
    }

    @Test
    void theSecondOfTwoConcurrentDeliveriesTakesOverWhenTheFirstFails() throws Exception {
        var firstIsInside = new CountDownLatch(1);
        var letFirstFail = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> inbox.once("maker", event, () -> {
                firstIsInside.countDown();
                await(letFirstFail);
                throw new IllegalStateException("rolled back");
            }));
            await(firstIsInside);
            var second = threads.submit(() -> inbox.once("maker", event, effects::incrementAndGet));
            awaitBlockedInsert();
            letFirstFail.countDown();

            assertThrows(Exception.class, () -> first.get(10, TimeUnit.SECONDS));
            assertTrue(second.get(10, TimeUnit.SECONDS));
        }
        assertEquals(1, effects.get());
    }

    @Test
    void whatAnEventCausesBelongsToItsTrace() throws SQLException {
        var caused = OutboxEvent.of("things", "thing.painted", "thing-1", "{}");

        inbox.once("tracer", event, () -> outbox.publish(caused));

        var row = Rows.of(dataSource, "select traceparent from outbox where id = '" + caused.id() + "'")
                .getFirst();
        String traceparent = row.get("traceparent").toString();
        assertEquals(event.traceparent().substring(0, 36), traceparent.substring(0, 36));
        assertFalse(traceparent.equals(event.traceparent()), "a step of its own in the same trace");
        assertTrue(trace.current().isEmpty(), "the trace ends with the effect");
    }

    @Test
    void ignoredTypesAreCountedInABoundedTable() {
        for (int i = 0; i < Inbox.MAX_COUNTED_TYPES + 5; i++) {
            inbox.ignore("ignorer", event("type." + i));
        }
        inbox.ignore("ignorer", event("type.0"));

        assertEquals(2, ignored("type.0"));
        assertEquals(5, ignored("other"));
    }

    private double ignored(String type) {
        return metrics.counter("millrace.inbox.ignored", "consumer", "ignorer", "type", type)
                .count();
    }

    private void awaitBlockedInsert() {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> !Rows.of(
                        dataSource,
                        "select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into inbox%'")
                .isEmpty());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static InboundEvent event(String type) {
        return new InboundEvent(
                UUID.randomUUID(),
                type,
                "/elsewhere",
                "thing-1",
                Instant.now(),
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "{}".getBytes());
    }
}
