package dev.millrace.benchmarks.outbox;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Polls one outbox: takes the oldest rows, sends them, deletes them, all in one transaction. A failure of the database or
 * the broker ends the turn, whose rows stay.
 */
final class PollLoop implements Runnable {
    private static final long FAILURE_PAUSE_MILLIS = 500;

    // By id, which is by time (UUID version 7), so that the primary key's index gives them.
    private static final String TAKE = """
            select id, created_at, destination, aggregate_id, event_type, source, payload, traceparent, deliver_at,
                priority
            from outbox order by id limit ? for update skip locked
            """;

    // The bounds of created_at leave out the other days' partitions.
    private static final String DELETE = "delete from outbox where id = any (?) and created_at between ? and ?";

    private final String url;
    private final String user;
    private final String password;
    private final PipelinedSender sender;
    private final long intervalMillis;
    private final int batch;
    /** Held during a turn; whoever pauses takes it and keeps it by the flag. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile boolean paused;

    PollLoop(String url, String user, String password, PipelinedSender sender, long intervalMillis, int batch) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.sender = sender;
        this.intervalMillis = intervalMillis;
        this.batch = batch;
    }

    /** Begins or ends a pause; when it begins, returns after the turn under way. */
    void pause(boolean on) {
        paused = on;
        turn.lock();
        turn.unlock();
    }

    @Override
    public void run() {
        while (true) {
            try (Connection connection = DriverManager.getConnection(url, user, password);
                    PreparedStatement take = connection.prepareStatement(TAKE);
                    PreparedStatement delete = connection.prepareStatement(DELETE)) {
                connection.setAutoCommit(false);
                poll(connection, take, delete);
            } catch (SQLException | SendFailure e) {
                sleep(FAILURE_PAUSE_MILLIS);
            }
        }
    }

    private void poll(Connection connection, PreparedStatement take, PreparedStatement delete) throws SQLException {
        take.setInt(1, batch);
        long next = System.nanoTime();
        while (true) {
            turn.lock();
            try {
                // A whole batch says that there is more.
                while (!paused && turn(connection, take, delete) == batch) {
                    next = System.nanoTime();
                }
            } finally {
                turn.unlock();
            }
            next = Math.max(next + TimeUnit.MILLISECONDS.toNanos(intervalMillis), System.nanoTime());
            sleep(TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()));
        }
    }

    private int turn(Connection connection, PreparedStatement take, PreparedStatement delete) throws SQLException {
        List<Row> rows = take(take);
        if (!rows.isEmpty()) {
            sender.send(rows);
            delete.setArray(
                    1,
                    connection.createArrayOf("uuid", rows.stream().map(Row::id).toArray()));
            delete.setTimestamp(2, timestamp(rows.stream().map(Row::createdAt).min(Instant::compareTo)));
            delete.setTimestamp(3, timestamp(rows.stream().map(Row::createdAt).max(Instant::compareTo)));
            delete.executeUpdate();
        }
        connection.commit();
        return rows.size();
    }

    private static Timestamp timestamp(Optional<Instant> moment) {
        return Timestamp.from(moment.orElseThrow());
    }

    private static List<Row> take(PreparedStatement take) throws SQLException {
        var rows = new ArrayList<Row>();
        try (ResultSet each = take.executeQuery()) {
            while (each.next()) {
                Timestamp deliverAt = each.getTimestamp("deliver_at");
                rows.add(new Row(
                        each.getObject("id", UUID.class),
                        each.getTimestamp("created_at").toInstant(),
                        each.getString("destination"),
                        each.getString("aggregate_id"),
                        each.getString("event_type"),
                        each.getString("source"),
                        each.getString("payload"),
                        each.getString("traceparent"),
                        deliverAt == null ? null : deliverAt.toInstant(),
                        each.getObject("priority", Integer.class)));
            }
        }
        return rows;
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(Math.max(0, millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    /** A row of the outbox. */
    record Row(
            UUID id,
            Instant createdAt,
            String destination,
            String aggregateId,
            String eventType,
            String source,
            String payload,
            String traceparent,
            Instant deliverAt,
            Integer priority) {}
}
