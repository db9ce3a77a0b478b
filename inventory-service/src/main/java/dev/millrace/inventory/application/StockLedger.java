package dev.millrace.inventory.application;

import dev.millrace.inventory.domain.Demand;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The numbers of the hot rows: what is available, and the moves between available and reserved.
 *
 * <p>A move is one conditional update per product, sent as one batch in sku order. It is correct without a lock taken
 * beforehand: the row decides, under its own lock, with its newest numbers. That lock is held until commit, and all
 * orders for the same product queue for it; so callers make a move the last statement of their transaction.
 *
 * <p>Plain JDBC, because a batch must tell how many rows each of its statements changed. Runs in the caller's
 * transaction.
 */
@ApplicationScoped
class StockLedger {

    private static final String AVAILABLE = "select sku, on_hand - reserved from product where sku = any (?)";

    private static final String RESERVE =
            "update product set reserved = reserved + ? where sku = ? and on_hand - reserved >= ?";

    private static final String RELEASE = "update product set reserved = reserved - ? where sku = ? and reserved >= ?";

    private final DataSource dataSource;

    StockLedger(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Units available now, without a lock, of those skus that exist. */
    Map<String, Long> available(Set<String> skus) {
        try (var connection = dataSource.getConnection();
                var query = connection.prepareStatement(AVAILABLE)) {
            query.setArray(1, connection.createArrayOf("text", skus.toArray()));
            var available = new HashMap<String, Long>();
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    available.put(rows.getString(1), rows.getLong(2));
                }
            }
            return available;
        } catch (SQLException e) {
            throw new StockLedgerException("cannot read the stock", e);
        }
    }

    /**
     * Available becomes reserved, for all of the demand.
     *
     * @throws StockTakenMeanwhileException if a product has too little; the caller's transaction must be rolled back
     */
    void reserve(Demand demand) {
        if (!move(RESERVE, demand)) {
            throw new StockTakenMeanwhileException();
        }
    }

    /** Reserved becomes available again, for all of the demand. */
    void release(Demand demand) {
        if (!move(RELEASE, demand)) {
            // The rows contradict the reservation: INV-STOCK is broken. Roll back and let people see it.
            throw new IllegalStateException("fewer units are reserved than are to be released: " + demand);
        }
    }

    private boolean move(String update, Demand demand) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(update)) {
            for (var entry : demand.quantities().entrySet()) {
                statement.setLong(1, entry.getValue());
                statement.setString(2, entry.getKey());
                statement.setLong(3, entry.getValue());
                statement.addBatch();
            }
            for (int changed : statement.executeBatch()) {
                if (changed != 1) {
                    return false;
                }
            }
            return true;
        } catch (SQLException e) {
            throw new StockLedgerException("cannot move stock", e);
        }
    }
}
