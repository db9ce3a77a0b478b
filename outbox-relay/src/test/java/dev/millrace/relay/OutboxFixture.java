package dev.millrace.relay;

import dev.millrace.relay.capture.SourceSettings;
import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** One service database with the real migrations, and rows written into its outbox as a service would. */
final class OutboxFixture {
    private static final Path MIGRATIONS = Path.of("../reliable-messaging/src/main/resources/db/messaging");

    private final PostgresServer postgres;
    private final ServiceDatabase database;

    OutboxFixture(PostgresServer postgres, ServiceDatabase database) {
        this.postgres = postgres;
        this.database = database;
    }

    /** Runs the migrations, which also make publication and slot. */
    OutboxFixture migrate() {
        Flyway.configure()
                .dataSource(postgres.jdbcUrl(database), postgres.username(database), postgres.password(database))
                .locations("filesystem:" + MIGRATIONS.toAbsolutePath())
                .load()
                .migrate();
        return this;
    }

    /** As after the migrations: nothing in the tables, a new slot. No relay may be running. */
    void reset() throws SQLException {
        execute("truncate outbox, relay_position, relay_poison, relay_resend, relay_pause, relay_digest");
        execute("update relay_reconciled set up_to = date_trunc('second', now()) + interval '1 second'");
        execute("select pg_drop_replication_slot('%s')".formatted(slot()));
        execute("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot()));
    }

    String slot() {
        return database.databaseName() + "_outbox";
    }

    SourceSettings settings() {
        return settings(Duration.ofSeconds(30), 1_000);
    }

    SourceSettings settings(Duration holdAfter, int maxHeldRows) {
        return settings(holdAfter, maxHeldRows, Duration.ofMillis(100));
    }

    SourceSettings settings(Duration holdAfter, int maxHeldRows, Duration positionInterval) {
        return new SourceSettings(
                database.name().toLowerCase(),
                postgres.host(),
                postgres.port(),
                database.databaseName(),
                postgres.username(database),
                postgres.password(database),
                slot(),
                "outbox",
                Duration.ofMillis(5),
                2_048,
                32 << 20,
                positionInterval,
                Duration.ofSeconds(1),
                holdAfter,
                maxHeldRows,
                Duration.ofMillis(500));
    }

    Connection connect() throws SQLException {
        return postgres.connect(database);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    long count(String query) throws SQLException {
        return (Long) value(query);
    }

    Object value(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getObject(1);
        }
    }

    /** Inserts and commits one row; returns its id. */
    String insert(String destination, String aggregate, String payload) throws SQLException {
        try (Connection connection = connect()) {
            return insert(connection, destination, aggregate, payload);
        }
    }

    /** Inserts one row in the connection's transaction; returns its id. */
    String insert(Connection connection, String destination, String aggregate, String payload) throws SQLException {
        UUID id = UUID.randomUUID();
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into outbox (id, destination, aggregate_id, event_type, source, payload)
                values (?, ?, ?, 'thing.happened', '/test', ?)
                """)) {
            insert.setObject(1, id);
            insert.setString(2, destination);
            insert.setString(3, aggregate);
            insert.setString(4, payload);
            insert.executeUpdate();
        }
        return id.toString();
    }

    /** Inserts rows with payloads from..to over some aggregates in turn, each in a transaction of its own. */
    List<String> insertMany(String destination, int aggregates, int from, int to) throws SQLException {
        var ids = new ArrayList<String>();
        try (Connection connection = connect()) {
            for (int i = from; i <= to; i++) {
                ids.add(insert(connection, destination, "a" + i % aggregates, Integer.toString(i)));
            }
        }
        return ids;
    }
}
