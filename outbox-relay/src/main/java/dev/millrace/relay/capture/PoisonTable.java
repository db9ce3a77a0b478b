package dev.millrace.relay.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The table {@code relay_poison}: rows that were given up on, until somebody has them tried again. Thread-safe. */
public final class PoisonTable {
    private final SourceDatabase database;

    public PoisonTable(SourceDatabase database) {
        this.database = database;
    }

    /** A row and when it was given up on. */
    public record Entry(PoisonRow poison, Instant failedAt) {}

    /**
     * The rows, oldest first.
     *
     * @param after those that failed after this one; null from the first on
     */
    public List<Entry> list(UUID after, int limit) throws SQLException {
        String sql = "select " + RowColumns.NAMES + ", condition, error, failed_at from relay_poison "
                + "where ?::uuid is null or (failed_at, created_at, event_id) > "
                + "(select failed_at, created_at, event_id from relay_poison where event_id = ?) "
                + "order by failed_at, created_at, event_id limit ?";
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, after);
            query.setObject(2, after);
            query.setInt(3, limit);
            var entries = new ArrayList<Entry>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(
                            new PoisonRow(RowColumns.read(row), row.getString("condition"), row.getString("error")),
                            RowColumns.instant(row, "failed_at")));
                }
            }
            return entries;
        }
    }

    /** Moves one row to those that are sent again; false if it is not here. */
    public boolean replay(UUID id) throws SQLException {
        String sql = "with gone as (delete from relay_poison where event_id = ? returning " + RowColumns.NAMES
                + ") insert into relay_resend (cause, " + RowColumns.NAMES + ") select 'REPLAYED', " + RowColumns.NAMES
                + " from gone";
        try (Connection connection = database.connect();
                PreparedStatement move = connection.prepareStatement(sql)) {
            move.setObject(1, id);
            return move.executeUpdate() == 1;
        }
    }

    static void insert(Connection connection, List<PoisonRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String sql = "insert into relay_poison (" + RowColumns.NAMES + ", condition, error) values ("
                + RowColumns.PARAMETERS + ", ?, ?) on conflict (event_id) do nothing";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (PoisonRow poison : rows) {
                RowColumns.set(insert, 1, poison.row());
                insert.setString(RowColumns.COUNT + 1, poison.condition());
                insert.setString(RowColumns.COUNT + 2, poison.error());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
