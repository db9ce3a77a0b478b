package dev.millrace.notification.application;

import dev.millrace.messaging.TransientFailure;
import dev.millrace.notification.domain.Notification;
import dev.millrace.notification.domain.Notification.Claim;
import dev.millrace.notification.domain.NotificationStatus;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The three statements that every notification needs, each a single one that decides by itself what the row allows:
 * stored, claimed, sent. Plain JDBC: made anew from an entity or a query language each time, they took more of the
 * processor than all else here together. Every method runs in the caller's transaction.
 */
@ApplicationScoped
class NotificationRows {

    private static final String INSERT = """
            insert into notification (id, order_id, kind, recipient, subject, status, attempts, created_at)
            values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing
            """;

    private static final String CLAIM = """
            update notification set claimed_until = ?, attempts = attempts + 1
            where id = ? and status <> 'SENT' and (claimed_until is null or claimed_until <= ?)
            """;

    private static final String STATUS = "select status from notification where id = ?";

    private static final String SENT = """
            update notification
            set status = 'SENT', recipient = ?, sent_at = ?, last_error = null, claimed_until = null
            where id = ? and status <> 'SENT'
            """;

    private final DataSource dataSource;

    NotificationRows(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Stores a notification unless its order has one of its kind; of two callers at once exactly one gets true. */
    boolean insertIfAbsent(Notification notification) {
        return changed(INSERT, insert -> {
            insert.setObject(1, notification.id());
            insert.setObject(2, notification.orderId());
            insert.setString(3, notification.kind().name());
            insert.setString(4, notification.recipient());
            insert.setString(5, notification.subject());
            insert.setString(6, notification.status().name());
            insert.setInt(7, notification.attempts());
            insert.setTimestamp(8, Timestamp.from(notification.createdAt()));
        });
    }

    /**
     * Asks for the right to send. Granted is counted as an attempt; nothing if there is no such notification.
     *
     * @param until when it runs out, after {@code now}
     */
    Optional<Claim> claim(UUID id, Instant now, Instant until) {
        boolean granted = changed(CLAIM, update -> {
            update.setTimestamp(1, Timestamp.from(until));
            update.setObject(2, id);
            update.setTimestamp(3, Timestamp.from(now));
        });
        return granted
                ? Optional.of(Claim.GRANTED)
                : status(id).map(status -> status == NotificationStatus.SENT ? Claim.ALREADY_SENT : Claim.TAKEN);
    }

    /** Marks a notification SENT to this recipient and ends its claim; nothing happens if it was SENT before. */
    void sent(UUID id, String recipient, Instant now) {
        changed(SENT, update -> {
            update.setString(1, recipient);
            update.setTimestamp(2, Timestamp.from(now));
            update.setObject(3, id);
        });
    }

    private Optional<NotificationStatus> status(UUID id) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(STATUS)) {
            query.setObject(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(NotificationStatus.valueOf(row.getString(1))) : Optional.empty();
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private boolean changed(String sql, Parameters parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            parameters.set(statement);
            return statement.executeUpdate() == 1;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static TransientFailure failure(SQLException cause) {
        return new TransientFailure("the notification's row: " + cause.getMessage(), cause);
    }
}
