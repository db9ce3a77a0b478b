package dev.millrace.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import javax.sql.DataSource;

/**
 * How far the relay is behind this service: committed events that the broker has not accepted, whatever the reason (no
 * relay, no broker, no credit). Read from what the relay notes in this same database; may be some events off while
 * events flow. Thread-safe.
 */
@ApplicationScoped
public class OutboxBacklog {

    private static final String PUBLISHED = """
            select coalesce(max(counted_from), '-infinity') as counted_from, coalesce(max(counted), 0) as counted,
                (select count(*) from (select 1 from relay_resend where cause = 'HELD' limit ?) held) as held
            from relay_position where slot = current_user || '_outbox'
            """;

    // A statement of its own, so that the planner knows the moment, and with it that an index finds what is newer.
    private static final String CREATED =
            "select count(*) from (select 1 from outbox where created_at > ? limit ?) newer";

    private final DataSource dataSource;

    OutboxBacklog(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Events that wait to be published.
     *
     * @param limit not counted much further than this
     */
    public long events(int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(PUBLISHED)) {
            query.setInt(1, limit);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                // Both are small while the relay keeps up.
                long published = row.getLong("counted");
                long created = created(connection, row.getTimestamp("counted_from"), limit + published);
                return row.getLong("held") + Math.max(0, created - published);
            }
        }
    }

    private static long created(Connection connection, Timestamp after, long limit) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(CREATED)) {
            query.setTimestamp(1, after);
            query.setLong(2, limit);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
