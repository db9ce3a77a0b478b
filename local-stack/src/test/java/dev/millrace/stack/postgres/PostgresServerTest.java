package dev.millrace.stack.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** One server for all, because a new data directory takes seconds; each test leaves it running. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class PostgresServerTest {
    @TempDir
    static Path directory;

    private static PostgresServer postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start(directory.resolve("postgres"), FreePorts.one());
    }

    @AfterAll
    static void stop() {
        postgres.close();
        assertFalse(postgres.isAlive());
    }

    @Test
    void writesALogicalLogWithRoomForSlotsAndABoundOnWhatTheyKeep() throws SQLException {
        try (Connection superuser = postgres.connectAsSuperuser("postgres")) {
            assertEquals("logical", value(superuser, "SHOW wal_level"));
            assertEquals("2GB", value(superuser, "SHOW max_slot_wal_keep_size"));
            assertEquals("on", value(superuser, "SHOW fsync"));
            assertTrue(Integer.parseInt(value(superuser, "SHOW max_replication_slots")) >= 10);
            assertTrue(Integer.parseInt(value(superuser, "SHOW max_wal_senders")) >= 10);
        }
    }

    @Test
    void givesEveryServiceADatabaseOfItsOwnInWhichItMayMakeItsPublicationAndSlot() throws SQLException {
        for (ServiceDatabase database : ServiceDatabase.values()) {
            try (Connection connection = postgres.connect(database)) {
                execute(connection, "CREATE TABLE outbox_probe(id int primary key)");
                execute(connection, "CREATE PUBLICATION probe FOR TABLE outbox_probe");
                String slot = database.databaseName() + "_probe";
                value(
                        connection,
                        "SELECT slot_name FROM pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
                value(connection, "SELECT pg_drop_replication_slot('" + slot + "')");
                assertEquals(database.databaseName(), value(connection, "SELECT current_database()"));
            }
        }
    }

    @Test
    void keepsAServiceOutOfTheDatabasesOfOthers() {
        var failure = assertThrows(SQLException.class, () -> {
            try (Connection intruder = DriverManager.getConnection(
                    postgres.jdbcUrl(ServiceDatabase.ORDER),
                    postgres.username(ServiceDatabase.INVENTORY),
                    postgres.password(ServiceDatabase.INVENTORY))) {
                value(intruder, "SELECT 1");
            }
        });
        assertTrue(failure.getMessage().contains("permission denied"), failure.getMessage());
    }

    @Test
    void keepsItsDataOverARestartAndACrash() throws Exception {
        try (Connection connection = postgres.connect(ServiceDatabase.ORDER)) {
            execute(connection, "CREATE TABLE kept(text text)");
            execute(connection, "INSERT INTO kept VALUES ('before the restart')");
        }
        postgres.restart();
        try (Connection connection = postgres.connect(ServiceDatabase.ORDER)) {
            execute(connection, "INSERT INTO kept VALUES ('before the crash')");
        }
        postgres.kill();
        assertFalse(postgres.isAlive());
        assertTrue(Files.exists(directory.resolve("postgres/postmaster.pid")), "a crash leaves the lock file behind");
        postgres.restart();
        try (Connection connection = postgres.connect(ServiceDatabase.ORDER)) {
            assertEquals(
                    "before the restart, before the crash",
                    value(connection, "SELECT string_agg(text, ', ' ORDER BY text DESC) FROM kept"));
        }
    }

    @Test
    void ignoresALockFileWhoseProcessIdBelongsToSomethingElseNow() throws Exception {
        postgres.kill();
        Path lock = directory.resolve("postgres/postmaster.pid");
        var stranger = ProcessSpec.of("stranger", List.of("sleep", "600"), Map.of(), directory);
        try (ChildProcess sleeping = ChildProcess.start(stranger, LineSink.NOWHERE)) {
            Files.writeString(lock, Files.readString(lock).replaceFirst("\\d+", Long.toString(sleeping.pid())));
            postgres.restart();
            assertTrue(postgres.isAlive());
        }
    }

    @Test
    void refusesADirectoryOfAnotherVersionWithOneSentence(@TempDir Path other) throws Exception {
        Files.createDirectories(other.resolve("data"));
        Files.writeString(other.resolve("data/PG_VERSION"), "15\n");
        var failure =
                assertThrows(StartFailure.class, () -> PostgresServer.start(other.resolve("data"), FreePorts.one()));
        assertTrue(failure.getMessage().contains("PostgreSQL 15 and this is 18"), failure.getMessage());
        assertTrue(failure.getMessage().contains("--fresh"), failure.getMessage());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertTrue(result.next());
            return result.getString(1);
        }
    }
}
