package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Stream;

/** An outbox, made by the services' own migrations, and rows written into it as services do: one in a transaction. */
final class OutboxTable implements AutoCloseable {
    private static final String MIGRATIONS = "reliable-messaging/src/main/resources/db/messaging";
    private static final int CONNECTIONS = 8;
    private static final int AGGREGATES = 50_000;
    private static final String INSERT = """
            insert into outbox (id, destination, aggregate_id, event_type, source, payload)
            values (uuidv7(), ?, ?, 'thing.happened', '/bench', ?)
            """;

    private final PostgresServer postgres;
    private final ServiceDatabase database;
    private final String destination;
    private final int payloadBytes;
    private final BlockingQueue<Writer> writers = new ArrayBlockingQueue<>(CONNECTIONS);

    private record Writer(Connection connection, PreparedStatement insert) {}

    /**
     * Makes the table.
     *
     * @param captured with what a relay needs: publication, slot, its own tables
     */
    OutboxTable(
            PostgresServer postgres, ServiceDatabase database, String destination, int payloadBytes, boolean captured) {
        this.postgres = postgres;
        this.database = database;
        this.destination = destination;
        this.payloadBytes = payloadBytes;
        migrations().stream().limit(captured ? Integer.MAX_VALUE : 1).forEach(this::execute);
        if (!captured) {
            execute("drop publication outbox");
        }
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                Connection connection = postgres.connect(database);
                writers.add(new Writer(connection, connection.prepareStatement(INSERT)));
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** In the order of their versions. */
    private static List<String> migrations() {
        Path directory = ProjectHome.find().directory().resolve(MIGRATIONS);
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .sorted(Comparator.comparing(Path::getFileName))
                    .map(OutboxTable::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String destination() {
        return destination;
    }

    /** Inserts and commits one event. */
    void insert(int number) throws InterruptedException {
        Writer writer = writers.take();
        try {
            writer.insert.setString(1, destination);
            writer.insert.setString(2, new UUID(0, number % AGGREGATES).toString());
            writer.insert.setString(3, EventTimes.payload(number, payloadBytes));
            writer.insert.executeUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writers.add(writer);
        }
    }

    /** Inserts events with numbers from {@code first} on, each in a transaction of its own, as fast as it goes. */
    void fill(int first, int count) {
        execute("set synchronous_commit = off", """
                do $$ begin
                    for n in %d..%d loop
                        insert into outbox (id, destination, aggregate_id, event_type, source, payload)
                        values (uuidv7(), '%s', lpad((n %% %d)::text, 36, '0'), 'thing.happened', '/bench', %s);
                        commit;
                    end loop;
                end $$""".formatted(
                        first, first + count - 1, destination, AGGREGATES, EventTimes.payloadInSql("n", payloadBytes)));
    }

    /** Forgets all rows. */
    void truncate() {
        execute("truncate outbox");
    }

    private void execute(String... statements) {
        try (Connection connection = postgres.connect(database);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private MeasurementFailure failed(SQLException e) {
        return new MeasurementFailure("The outbox in %s failed (%s).".formatted(database, e.getMessage()), e);
    }

    @Override
    public void close() {
        for (Writer writer : writers) {
            try {
                writer.connection.close();
            } catch (SQLException e) {
                throw failed(e);
            }
        }
    }
}
