package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a database server has done so far, or between two looks at it.
 *
 * @param processorNanos processor time of all its processes that live
 * @param walBytes bytes of write-ahead log
 * @param commits committed transactions; they are told with up to a second's delay
 */
public record DatabaseLoad(long processorNanos, long walBytes, long commits) {
    private static final String COUNTERS =
            "select pg_current_wal_lsn() - '0/0'::pg_lsn, (select sum(xact_commit) from pg_stat_database)";

    /** Up to now. */
    public static DatabaseLoad of(LocalStack stack) {
        try (Connection connection = stack.postgres().connectAsSuperuser("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COUNTERS)) {
            row.next();
            return new DatabaseLoad(processorNanos(stack.pid(Part.POSTGRES)), row.getLong(1), row.getLong(2));
        } catch (SQLException e) {
            throw new MeasurementFailure("The load of PostgreSQL cannot be read (%s).".formatted(e.getMessage()), e);
        }
    }

    /** What came to it since then. */
    public DatabaseLoad since(DatabaseLoad before) {
        return new DatabaseLoad(
                processorNanos - before.processorNanos, walBytes - before.walBytes, commits - before.commits);
    }

    /** Processor time of a process and its descendants, in ns. */
    public static long processorNanos(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToLong(Duration::toNanos)
                .sum();
    }
}
