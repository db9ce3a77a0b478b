package dev.millrace.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Idempotent consumption: the fact that an event was consumed is stored in the same transaction as its effect, so both
 * are there or neither. Delivered twice, also at the same moment, an event takes effect once. Thread-safe.
 */
@ApplicationScoped
public class Inbox {

    /** More distinct types than this are counted together: the type comes from outside, metrics must stay bounded. */
    static final int MAX_COUNTED_TYPES = 100;

    // A second delivery at the same moment waits here for the first one's end: committed, it counts as a duplicate;
    // rolled back, it goes on as the first.
    private static final String INSERT =
            "insert into inbox (consumer, event_id, event_time) values (?, ?, ?) on conflict do nothing";

    private final DataSource dataSource;
    private final TraceContext trace;
    private final MeterRegistry metrics;
    private final Set<String> countedTypes = ConcurrentHashMap.newKeySet();

    Inbox(DataSource dataSource, TraceContext trace, MeterRegistry metrics) {
        this.dataSource = dataSource;
        this.trace = trace;
        this.metrics = metrics;
    }

    /**
     * Runs the effect if this consumer has not had it from this event yet. Joins the caller's transaction or makes its
     * own, which is committed when this returns.
     *
     * @param consumer who consumes, a fixed name within the service
     * @return true: the effect was run; false: it had been before, the message can be acknowledged
     * @throws TransientFailure if the database fails
     */
    public boolean once(String consumer, InboundEvent event, Runnable effect) {
        boolean first = QuarkusTransaction.joiningExisting().call(() -> {
            if (!store(consumer, event)) {
                return false;
            }
            trace.runIn(event, effect);
            return true;
        });
        if (!first) {
            metrics.counter("millrace.inbox.duplicates", "consumer", consumer).increment();
        }
        return first;
    }

    /** Notes that this consumer has no use for events of this type, so that ignoring is seen and not mistaken for loss. */
    public void ignore(String consumer, InboundEvent event) {
        metrics.counter("millrace.inbox.ignored", "consumer", consumer, "type", counted(event.type()))
                .increment();
    }

    private boolean store(String consumer, InboundEvent event) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, consumer);
            insert.setObject(2, event.id());
            insert.setTimestamp(3, Timestamp.from(event.time()));
            return insert.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new TransientFailure("the inbox of " + consumer + " did not take " + event, e);
        }
    }

    private String counted(String type) {
        if (countedTypes.contains(type)) {
            return type;
        }
        if (countedTypes.size() >= MAX_COUNTED_TYPES) {
            return "other";
        }
        countedTypes.add(type);
        return type;
    }
}
