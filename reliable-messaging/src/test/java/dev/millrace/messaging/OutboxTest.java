package dev.millrace.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EmbeddedDatabase.class)
@QuarkusTestResource(ScriptedBroker.class)
class OutboxTest {

    record Made(UUID id, Instant at, BigDecimal weight) {}

    @Inject
    Outbox outbox;

    @Inject
    DataSource dataSource;

    @Inject
    MeterRegistry metrics;

    private final OutboxEvent event = OutboxEvent.of(
            "things", "thing.made", "thing-1", new Made(new UUID(0, 1), Instant.EPOCH, new BigDecimal("1.50")));

    @Test
    void aCommittedEventIsARow() throws SQLException {
        double before = published();
        Instant later = Instant.parse("2030-01-01T00:00:00Z");

        QuarkusTransaction.requiringNew()
                .run(() -> outbox.publish(event.deliverAt(later).priority(7)));

        var row = Rows.of(dataSource, "select * from outbox where id = '" + event.id() + "'")
                .getFirst();
        assertEquals("things", row.get("destination"));
        assertEquals("thing.made", row.get("event_type"));
        assertEquals("thing-1", row.get("aggregate_id"));
        assertEquals("/things-service", row.get("source"));
        assertEquals(
                "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"at\":\"1970-01-01T00:00:00Z\",\"weight\":1.50}",
                row.get("payload"));
        assertEquals(later, ((java.sql.Timestamp) row.get("deliver_at")).toInstant());
        assertEquals(7, ((Number) row.get("priority")).intValue());
        assertTrue(row.get("traceparent").toString().matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
        assertEquals(before + 1, published());
    }

    @Test
    void whatIsNotSaidStaysNull() throws SQLException {
        QuarkusTransaction.requiringNew().run(() -> outbox.publish(event));

        var row = Rows.of(dataSource, "select * from outbox where id = '" + event.id() + "'")
                .getFirst();
        assertNull(row.get("deliver_at"));
        assertNull(row.get("priority"));
    }

    @Test
    void withoutATransactionItRefuses() throws SQLException {
        assertThrows(NoTransactionException.class, () -> outbox.publish(event));

        assertEquals(0, count());
    }

    @Test
    void aRolledBackTransactionLeavesNoRow() throws SQLException {
        double before = published();

        assertThrows(IllegalStateException.class, () -> QuarkusTransaction.requiringNew()
                .run(() -> {
                    outbox.publish(event);
                    throw new IllegalStateException("the effect failed after publishing");
                }));

        assertEquals(0, count());
        assertEquals(before, published());
    }

    @Test
    void aPayloadThatIsNotJsonIsRefused() {
        var broken = OutboxEvent.of("things", "thing.made", "thing-1", Map.of("self", new Object()));

        assertThrows(IllegalArgumentException.class, () -> QuarkusTransaction.requiringNew()
                .run(() -> outbox.publish(broken)));
    }

    @Test
    void thePublicationAndTheSlotExistBeforeTheFirstRow() throws SQLException {
        var publication = Rows.of(dataSource, "select * from pg_publication where pubname = 'outbox'")
                .getFirst();
        assertEquals(true, publication.get("pubviaroot"));
        assertEquals(true, publication.get("pubinsert"));
        assertEquals(false, publication.get("pubupdate"));
        assertEquals(false, publication.get("pubdelete"));

        var slot = Rows.of(dataSource, "select * from pg_replication_slots").getFirst();
        assertEquals(EmbeddedDatabase.ROLE + "_outbox", slot.get("slot_name"));
        assertEquals("pgoutput", slot.get("plugin"));
    }

    private long count() throws SQLException {
        return Rows.of(dataSource, "select id from outbox where id = '" + event.id() + "'")
                .size();
    }

    private double published() {
        return metrics.counter("millrace.outbox.published").count();
    }
}
