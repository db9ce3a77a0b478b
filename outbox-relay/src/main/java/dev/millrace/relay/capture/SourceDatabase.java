package dev.millrace.relay.capture;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.AgroalConnectionPoolConfiguration.ConnectionValidator;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Plain SQL on one source database, beside the replication stream. Thread-safe; every call is one short transaction and
 * ends within the socket's time-out of 10 s.
 */
public final class SourceDatabase implements AutoCloseable {
    /** Rows counted at most for {@link #rowsCreatedAfter}: beyond it the number says "a lot", and costs no more. */
    public static final int COUNT_LIMIT = 100_000;

    /** Prefix of our messages in the log. */
    static final String MARK_PREFIX = "millrace-relay";

    private static final int LOGIN_SECONDS = 3;
    private static final int SOCKET_SECONDS = 10;
    private static final int VALIDATION_SECONDS = 2;
    /** Then the server ends a transaction that nobody goes on with: the locks of a relay that is gone hold up no other. */
    private static final int IDLE_IN_TRANSACTION_SECONDS = 20;

    private final SourceSettings settings;
    private final AgroalDataSource pool;

    public SourceDatabase(SourceSettings settings) throws SQLException {
        this.settings = settings;
        String url = ("jdbc:postgresql://%s:%d/%s?ApplicationName=outbox-relay&loginTimeout=%d&socketTimeout=%d"
                        + "&options=-c%%20idle_in_transaction_session_timeout%%3D%ds")
                .formatted(
                        settings.host(),
                        settings.port(),
                        settings.database(),
                        LOGIN_SECONDS,
                        SOCKET_SECONDS,
                        IDLE_IN_TRANSACTION_SECONDS);
        pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(false)
                .connectionPoolConfiguration(connections -> connections
                        .minSize(0)
                        .maxSize(6) // the capture, the monitor, the two beside the stream, and two who ask
                        .acquisitionTimeout(Duration.ofSeconds(LOGIN_SECONDS + 1))
                        // After a restart of the server none of the old connections is handed out again.
                        .connectionValidator(ConnectionValidator.defaultValidatorWithTimeout(VALIDATION_SECONDS))
                        .idleValidationTimeout(Duration.ofSeconds(1))
                        .exceptionSorter(new PostgreSQLExceptionSorter())
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url)
                                .loginTimeout(Duration.ofSeconds(LOGIN_SECONDS))
                                .principal(new NamePrincipal(settings.user()))
                                .credential(new SimplePassword(settings.password())))));
    }

    /** Looks at the slot and at what else the service's migrations must have made. */
    public SlotState slotState() throws SQLException {
        String sql = """
                select (slot.slot_name is not null
                            and to_regclass('relay_position') is not null
                            and to_regclass('relay_poison') is not null
                            and to_regclass('relay_resend') is not null
                            and to_regclass('relay_reconciled') is not null
                            and exists (select 1 from pg_publication where pubname = ?)) as prepared,
                       coalesce(slot.active, false) as active,
                       coalesce(slot.wal_status = 'lost', false) as lost,
                       coalesce(slot.confirmed_flush_lsn - '0/0'::pg_lsn, 0)::bigint as flushed,
                       (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as current
                from (select 1) one
                left join pg_replication_slots slot on slot.slot_name = ? and slot.database = current_database()
                """;
        try (Connection connection = pool.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, settings.publication());
            query.setString(2, settings.slot());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new SlotState(
                        row.getBoolean("prepared"),
                        row.getBoolean("active"),
                        row.getBoolean("lost"),
                        row.getLong("flushed"),
                        row.getLong("current"));
            }
        }
    }

    /** What was stored, or null before the first time. */
    public StoredPosition load() throws SQLException {
        String sql = """
                select (lsn - '0/0'::pg_lsn)::bigint as lsn, sent_after, counted,
                       case when isfinite(counted_from) then counted_from end as counted_from
                from relay_position where slot = ?
                """;
        try (Connection connection = pool.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, settings.slot());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                var ids = List.of((UUID[]) row.getArray("sent_after").getArray());
                Timestamp from = row.getTimestamp("counted_from");
                return new StoredPosition(
                        new Position(row.getLong("lsn"), ids),
                        new LagCounter.Base(from == null ? Instant.EPOCH : from.toInstant(), row.getLong("counted")));
            }
        }
    }

    /**
     * Stores a position, keeps poison rows, queues held ones and adds to the digest, all or nothing. A position before
     * the stored one is ignored with all that comes with it: it comes from a relay that has lost the slot to another one
     * without noticing yet.
     */
    void save(StoredPosition stored, Published published, Map<Long, SecondDigest> digest) throws SQLException {
        String upsert = """
                insert into relay_position as old (slot, lsn, sent_after, counted_from, counted)
                values (?, '0/0'::pg_lsn + ?::numeric, ?, ?, ?)
                on conflict (slot) do update set lsn = excluded.lsn, sent_after = excluded.sent_after,
                    counted_from = excluded.counted_from, counted = excluded.counted, updated_at = now()
                where excluded.lsn >= old.lsn
                """;
        inTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement(upsert)) {
                update.setString(1, settings.slot());
                update.setLong(2, stored.position().lsn());
                update.setArray(
                        3,
                        connection.createArrayOf(
                                "uuid", stored.position().sentAfter().toArray()));
                update.setTimestamp(4, Timestamp.from(stored.base().from()));
                update.setLong(5, stored.base().published());
                if (update.executeUpdate() == 1) {
                    PoisonTable.insert(connection, published.poison());
                    ResendTable.hold(connection, published.held());
                    DigestTable.add(connection, digest);
                }
            }
        });
    }

    /** Statements of one transaction. */
    interface Work {
        void on(Connection connection) throws SQLException;
    }

    void inTransaction(Work work) throws SQLException {
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try {
                work.on(connection);
                connection.commit();
            } catch (SQLException e) {
                rollback(connection, e);
                throw e;
            }
        }
    }

    Connection connect() throws SQLException {
        return pool.getConnection();
    }

    private static void rollback(Connection connection, SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** True while an operator wants this source paused. */
    public boolean paused() throws SQLException {
        try (Connection connection = connect();
                PreparedStatement query =
                        connection.prepareStatement("select exists (select 1 from relay_pause where slot = ?)")) {
            query.setString(1, settings.slot());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Notes that this source is to be paused, or not any more: for every relay, also after a restart. */
    public void setPaused(boolean paused) throws SQLException {
        String sql = paused
                ? "insert into relay_pause (slot) values (?) on conflict do nothing"
                : "delete from relay_pause where slot = ?";
        try (Connection connection = connect();
                PreparedStatement change = connection.prepareStatement(sql)) {
            change.setString(1, settings.slot());
            change.executeUpdate();
        }
    }

    /** Writes a mark with the database's present time into the log, outside of any transaction; returns that time. */
    public Instant writeMark() throws SQLException {
        // Microseconds since 1970, as PostgreSQL's own times are exact to the microsecond.
        String sql = """
                select at, pg_logical_emit_message(false, ?, (extract(epoch from at) * 1000000)::bigint::text)
                from (select clock_timestamp() as at) now
                """;
        try (Connection connection = pool.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, MARK_PREFIX);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getTimestamp("at").toInstant();
            }
        }
    }

    /** Committed outbox rows created after that time; at most {@link #COUNT_LIMIT}. */
    public long rowsCreatedAfter(Instant time) throws SQLException {
        String sql = "select count(*) from (select 1 from outbox where created_at > ? limit " + COUNT_LIMIT + ") rows";
        try (Connection connection = pool.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setTimestamp(1, Timestamp.from(time));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** What {@code relay_position} holds. */
    public record StoredPosition(Position position, LagCounter.Base base) {}

    @Override
    public void close() {
        pool.close();
    }
}
