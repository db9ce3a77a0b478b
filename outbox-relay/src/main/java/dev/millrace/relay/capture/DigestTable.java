package dev.millrace.relay.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The table {@code relay_digest} beside the same digest of the outbox itself. Thread-safe. */
public final class DigestTable {
    private static final String OUTBOX_ROWS = "id, created_at, destination, aggregate_id, event_type, source, payload, "
            + "traceparent, deliver_at, priority";

    private final SourceDatabase database;
    private final String slot;

    public DigestTable(SourceDatabase database, SourceSettings settings) {
        this.database = database;
        this.slot = settings.slot();
    }

    /**
     * Both digests of one span of time, by second.
     *
     * @param takenAt the database's time after the outbox was read
     * @param streamedUpTo everything committed before this is in {@code stream}
     */
    public record Comparison(
            Instant takenAt,
            Instant streamedUpTo,
            Instant from,
            Instant to,
            SortedMap<Long, SecondDigest> outbox,
            SortedMap<Long, SecondDigest> stream) {}

    /**
     * Compares what was created from where the last comparison ended up to some seconds ago.
     *
     * @param newestAgeSeconds rows younger than that are left for later
     * @param longestSeconds span at most
     */
    public Comparison compare(int newestAgeSeconds, int longestSeconds) throws SQLException {
        try (Connection connection = database.connect()) {
            String frame = """
                    select up_to,
                           least(date_trunc('second', clock_timestamp()) - ? * interval '1 second',
                                 up_to + ? * interval '1 second') as until,
                           coalesce((select counted_from from relay_position where slot = ?), '-infinity') as streamed
                    from relay_reconciled
                    """;
            try (PreparedStatement query = connection.prepareStatement(frame)) {
                query.setInt(1, newestAgeSeconds);
                query.setInt(2, longestSeconds);
                query.setString(3, slot);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    Timestamp streamed = row.getTimestamp("streamed");
                    return compare(
                            connection,
                            streamed.getTime() < 0 ? Instant.EPOCH : streamed.toInstant(),
                            RowColumns.instant(row, "up_to"),
                            RowColumns.instant(row, "until"));
                }
            }
        }
    }

    private static Comparison compare(Connection connection, Instant streamed, Instant from, Instant to)
            throws SQLException {
        var outbox = digests(connection, """
                select extract(epoch from date_trunc('second', created_at))::bigint, count(*),
                       bit_xor(('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint)
                from outbox where created_at >= ? and created_at < ? group by 1
                """, Timestamp.from(from), Timestamp.from(to));
        Instant takenAt;
        try (PreparedStatement query = connection.prepareStatement("select clock_timestamp() as now");
                ResultSet row = query.executeQuery()) {
            row.next();
            takenAt = RowColumns.instant(row, "now");
        }
        var stream = digests(
                connection,
                "select second, rows, hash from relay_digest where second >= ? and second < ?",
                from.getEpochSecond(),
                to.getEpochSecond());
        return new Comparison(takenAt, streamed, from, to, outbox, stream);
    }

    private static SortedMap<Long, SecondDigest> digests(Connection connection, String sql, Object from, Object to)
            throws SQLException {
        var digests = new TreeMap<Long, SecondDigest>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, from);
            query.setObject(2, to);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    digests.put(row.getLong(1), new SecondDigest(row.getLong(2), row.getLong(3)));
                }
            }
        }
        return digests;
    }

    /** Queues all rows of that second to be sent again, and notes that it is whole now. Returns how many rows. */
    public int resend(long second, SecondDigest outbox) throws SQLException {
        int[] rows = new int[1];
        database.inTransaction(connection -> {
            String queue = "insert into relay_resend (cause, " + RowColumns.NAMES + ") select 'RECONCILED', "
                    + OUTBOX_ROWS + " from outbox where created_at >= to_timestamp(?) and created_at < to_timestamp(?)"
                    + " order by created_at";
            try (PreparedStatement insert = connection.prepareStatement(queue)) {
                insert.setLong(1, second);
                insert.setLong(2, second + 1);
                rows[0] = insert.executeUpdate();
            }
            String note = "insert into relay_digest (second, rows, hash) values (?, ?, ?)"
                    + " on conflict (second) do update set rows = excluded.rows, hash = excluded.hash";
            try (PreparedStatement insert = connection.prepareStatement(note)) {
                insert.setLong(1, second);
                insert.setLong(2, outbox.rows());
                insert.setLong(3, outbox.hash());
                insert.executeUpdate();
            }
        });
        return rows[0];
    }

    /** Everything created before that is done with. */
    public void reconciledUpTo(Instant moment) throws SQLException {
        database.inTransaction(connection -> {
            try (PreparedStatement update = connection.prepareStatement("update relay_reconciled set up_to = ?")) {
                update.setTimestamp(1, Timestamp.from(moment));
                update.executeUpdate();
            }
            try (PreparedStatement delete = connection.prepareStatement("delete from relay_digest where second < ?")) {
                delete.setLong(1, moment.getEpochSecond());
                delete.executeUpdate();
            }
        });
    }

    static void add(Connection connection, Map<Long, SecondDigest> changes) throws SQLException {
        if (changes.isEmpty()) {
            return;
        }
        String sql = "insert into relay_digest as old (second, rows, hash) values (?, ?, ?) on conflict (second)"
                + " do update set rows = old.rows + excluded.rows, hash = old.hash # excluded.hash";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (Map.Entry<Long, SecondDigest> change : changes.entrySet()) {
                insert.setLong(1, change.getKey());
                insert.setLong(2, change.getValue().rows());
                insert.setLong(3, change.getValue().hash());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
