package dev.millrace.messaging;

import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jboss.logging.Logger;

/**
 * Keeps the daily partitions of outbox and inbox ahead of time. Every hour for a week ahead: a failure has many later
 * chances, and until then the default partition takes the rows.
 */
@ApplicationScoped
class PartitionMaintenance {

    static final int DAYS_AHEAD = 7;

    private static final Logger LOG = Logger.getLogger(PartitionMaintenance.class);

    private final DataSource dataSource;

    PartitionMaintenance(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Scheduled(
            identity = "daily-partitions",
            every = "1h",
            delayed = "1m",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void run() {
        try {
            int created = createAhead();
            LOG.debugf("%d daily partitions created", created);
        } catch (SQLException e) {
            LOG.warnf("Daily partitions could not be created, next attempt in an hour: %s", e.getMessage());
        }
    }

    /** Creates what is missing and returns how many partitions that were. */
    int createAhead() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            // A new partition locks its table for a moment; the job gives way rather than holding up the service.
            statement.execute("set lock_timeout = '2s'");
            try (var result = statement.executeQuery("select create_daily_partitions('outbox', %1$d)"
                    .concat(" + create_daily_partitions('inbox', %1$d)")
                    .formatted(DAYS_AHEAD))) {
                result.next();
                return result.getInt(1);
            } finally {
                statement.execute("reset lock_timeout");
            }
        }
    }
}
