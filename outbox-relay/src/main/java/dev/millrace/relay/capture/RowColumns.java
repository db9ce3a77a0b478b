package dev.millrace.relay.capture;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.UUID;

/** The columns of an outbox row as the relay's own tables repeat them. */
final class RowColumns {
    static final String NAMES = "event_id, created_at, destination, aggregate_id, event_type, source, payload, "
            + "traceparent, deliver_at, priority";
    static final String PARAMETERS = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?";
    static final int COUNT = 10;

    private RowColumns() {}

    /** Sets the parameters from that index on. */
    static void set(PreparedStatement statement, int from, OutboxRow row) throws SQLException {
        statement.setObject(from, row.id());
        statement.setTimestamp(from + 1, Timestamp.from(row.createdAt()));
        statement.setString(from + 2, row.destination());
        statement.setString(from + 3, row.aggregateId());
        statement.setString(from + 4, row.eventType());
        statement.setString(from + 5, row.source());
        statement.setString(from + 6, row.payload());
        statement.setString(from + 7, row.traceparent());
        statement.setTimestamp(from + 8, row.deliverAt() == null ? null : Timestamp.from(row.deliverAt()));
        statement.setObject(from + 9, row.priority(), Types.SMALLINT);
    }

    static OutboxRow read(ResultSet row) throws SQLException {
        short priority = row.getShort("priority");
        Short priorityOrNull = row.wasNull() ? null : Short.valueOf(priority);
        return new OutboxRow(
                row.getObject("event_id", UUID.class),
                instant(row, "created_at"),
                row.getString("destination"),
                row.getString("aggregate_id"),
                row.getString("event_type"),
                row.getString("source"),
                row.getString("payload"),
                row.getString("traceparent"),
                instant(row, "deliver_at"),
                priorityOrNull);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }
}
