package dev.millrace.messaging;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Drops the daily partitions of outbox and inbox that are past their time.
 *
 * <p>Dropping one takes a lock on the whole table, for a moment, and everybody who writes waits behind whoever waits for
 * a lock. ({@code DETACH … CONCURRENTLY} would not, but it is not to be had for a table with a default partition.) So it
 * waits {@value #LOCK_MILLIS} ms at most, gives way, and tries again.
 *
 * <p>Of the outbox only what is published and reconciled: a relay that was away for days finds all of its rows.
 */
@ApplicationScoped
class PartitionRetention {

    static final int LOCK_MILLIS = 100;

    private static final Logger LOG = Logger.getLogger(PartitionRetention.class);
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MILLIS = 500;
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String UNDEFINED_TABLE = "42P01";

    private static final String PAST = """
            select name from (
                select child.relname as name,
                       ((to_date(right(child.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC') as until
                from pg_inherits join pg_class child on child.oid = inhrelid
                where inhparent = ?::regclass and child.relname ~ ('^' || ? || '_[0-9]{8}$')) partitions
            where until <= now() - ? * interval '1 second'
            """;

    private static final String PUBLISHED = """
             and exists (select 1 from relay_position where slot = current_user || '_outbox' and counted_from >= until)
             and exists (select 1 from relay_reconciled where up_to >= until)
            """;

    private final DataSource dataSource;
    private final Duration outboxRetention;
    private final Duration inboxRetention;

    PartitionRetention(
            DataSource dataSource,
            @ConfigProperty(name = "millrace.outbox.retention", defaultValue = "P3D") Duration outboxRetention,
            @ConfigProperty(name = "millrace.inbox.retention", defaultValue = "P30D") Duration inboxRetention) {
        this.dataSource = dataSource;
        this.outboxRetention = outboxRetention;
        this.inboxRetention = inboxRetention;
    }

    @Scheduled(
            identity = "partition-retention",
            every = "1h",
            delayed = "2m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() throws InterruptedException {
        try {
            List<String> dropped = dropPast();
            LOG.debugf("partitions dropped: %s", dropped);
        } catch (SQLException e) {
            LOG.warnf("Old partitions could not be dropped, next attempt in an hour: %s", e.getMessage());
        }
    }

    /** Drops what is past its time and returns what that was. */
    List<String> dropPast() throws SQLException, InterruptedException {
        var dropped = new ArrayList<String>();
        for (String partition : past("outbox", outboxRetention, PUBLISHED)) {
            drop(partition, dropped);
        }
        for (String partition : past("inbox", inboxRetention, "")) {
            drop(partition, dropped);
        }
        return dropped;
    }

    private List<String> past(String table, Duration retention, String condition) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(PAST + condition + " order by name")) {
            query.setString(1, table);
            query.setString(2, table);
            query.setLong(3, retention.toSeconds());
            var names = new ArrayList<String>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }

    private void drop(String partition, List<String> dropped) throws SQLException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set lock_timeout = '" + LOCK_MILLIS + "ms'");
                try {
                    statement.execute("drop table " + partition);
                    dropped.add(partition);
                    return;
                } finally {
                    statement.execute("reset lock_timeout");
                }
            } catch (SQLException e) {
                if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                    return; // another instance was faster
                }
                if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState()) || attempt == ATTEMPTS) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
