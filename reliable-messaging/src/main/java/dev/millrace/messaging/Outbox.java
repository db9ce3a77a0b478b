package dev.millrace.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The transactional outbox. An event published here exists exactly if the caller's transaction commits: it is a row
 * inserted on the transaction's own connection, and outbox-relay takes it from the write-ahead log. Thread-safe.
 */
@ApplicationScoped
public class Outbox {

    private static final String INSERT = """
            insert into outbox
                (id, destination, aggregate_id, event_type, source, payload, traceparent, deliver_at, priority)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private final DataSource dataSource;
    private final TransactionSynchronizationRegistry transactions;
    private final TraceContext trace;
    private final String source;
    private final Counter published;

    Outbox(
            DataSource dataSource,
            TransactionSynchronizationRegistry transactions,
            TraceContext trace,
            @ConfigProperty(name = "millrace.source") String source,
            MeterRegistry metrics) {
        this.dataSource = dataSource;
        this.transactions = transactions;
        this.trace = trace;
        this.source = source;
        this.published = Counter.builder("millrace.outbox.published")
                .description("Events committed to the outbox")
                .register(metrics);
    }

    /**
     * Publishes the event with the caller's transaction.
     *
     * @throws NoTransactionException if the caller has no active transaction: nothing would tie the event to its cause
     * @throws IllegalArgumentException if the payload cannot be written as JSON
     * @throws TransientFailure if the database refuses the row; the caller's transaction is then lost
     */
    public void publish(OutboxEvent event) {
        if (!QuarkusTransaction.isActive()) {
            throw new NoTransactionException(event.type());
        }
        String payload = json(event);
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, event.id());
            insert.setString(2, event.destination());
            insert.setString(3, event.aggregateId());
            insert.setString(4, event.type());
            insert.setString(5, source);
            insert.setString(6, payload);
            insert.setString(7, trace.childOfCurrent());
            insert.setTimestamp(8, timestamp(event.deliverAt()));
            insert.setObject(9, event.priority(), Types.SMALLINT);
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new TransientFailure("the outbox did not take " + event.type() + " " + event.id(), e);
        }
        transactions.registerInterposedSynchronization(new CountWhenCommitted());
    }

    private static String json(OutboxEvent event) {
        try {
            return EventJson.MAPPER.writeValueAsString(event.payload());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the payload of " + event.type() + " cannot be written as JSON", e);
        }
    }

    private static Timestamp timestamp(Instant moment) {
        return moment == null ? null : Timestamp.from(moment);
    }

    private final class CountWhenCommitted implements Synchronization {
        @Override
        public void beforeCompletion() {
            // Only the outcome matters.
        }

        @Override
        public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
                published.increment();
            }
        }
    }
}
