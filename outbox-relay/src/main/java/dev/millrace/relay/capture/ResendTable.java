package dev.millrace.relay.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The table {@code relay_resend}: rows that are sent beside the stream. Thread-safe. */
public final class ResendTable {
    private final SourceDatabase database;

    public ResendTable(SourceDatabase database) {
        this.database = database;
    }

    /** A row and its place in the queue. */
    public record Entry(long seq, OutboxRow row) {}

    /** The first rows in the queue, without those of some destinations. */
    public List<Entry> first(int limit, Collection<String> except) throws SQLException {
        String sql = "select seq, " + RowColumns.NAMES
                + " from relay_resend where destination <> all (?) order by seq limit ?";
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setArray(1, connection.createArrayOf("text", except.toArray()));
            query.setInt(2, limit);
            var entries = new ArrayList<Entry>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(new Entry(row.getLong("seq"), RowColumns.read(row)));
                }
            }
            return entries;
        }
    }

    /** Destinations with rows that are held because the destination took none. */
    public Set<String> heldDestinations() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(
                        "select distinct destination from relay_resend where cause = 'HELD'");
                ResultSet row = query.executeQuery()) {
            var destinations = new HashSet<String>();
            while (row.next()) {
                destinations.add(row.getString(1));
            }
            return destinations;
        }
    }

    /** True while rows are held for that destination. */
    public boolean holds(String destination) throws SQLException {
        String sql = "select exists (select 1 from relay_resend where destination = ? and cause = 'HELD')";
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, destination);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Rows in the queue, {@link SourceDatabase#COUNT_LIMIT} at most. */
    public long size() throws SQLException {
        String sql = "select count(*) from (select 1 from relay_resend limit " + SourceDatabase.COUNT_LIMIT + ") rows";
        try (Connection connection = database.connect();
                PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** These are done: accepted, or poison that is kept as such. All or nothing. */
    public void done(Collection<Long> seqs, List<PoisonRow> poison) throws SQLException {
        database.inTransaction(connection -> {
            PoisonTable.insert(connection, poison);
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from relay_resend where seq = any (?)")) {
                delete.setArray(1, connection.createArrayOf("bigint", seqs.toArray()));
                delete.executeUpdate();
            }
        });
    }

    static void hold(Connection connection, List<OutboxRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        String sql = "insert into relay_resend (cause, " + RowColumns.NAMES + ") values ('HELD', "
                + RowColumns.PARAMETERS + ")";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (OutboxRow row : rows) {
                RowColumns.set(insert, 1, row);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
