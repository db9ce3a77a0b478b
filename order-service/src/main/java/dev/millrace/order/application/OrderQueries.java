package dev.millrace.order.application;

import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderStatus;
import dev.millrace.order.domain.StatusChange;
import io.quarkus.panache.common.Parameters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Looks at orders without changing them. */
@ApplicationScoped
public class OrderQueries {

    private static final String CHANGES = """
            select revision, status, reason, changed_at from order_status_change
            where order_id = ? and revision > ? order by revision
            """;

    private static final String STATUS = "select status from orders where id = ?";

    private final Orders orders;
    private final DataSource dataSource;

    OrderQueries(Orders orders, DataSource dataSource) {
        this.orders = orders;
        this.dataSource = dataSource;
    }

    /**
     * One order.
     *
     * @throws OrderNotFoundException if there is none of this id
     */
    @Transactional
    public Order find(UUID id) {
        return orders.find("from Order o left join fetch o.lines where o.id = ?1", id)
                .singleResultOptional()
                .orElseThrow(() -> new OrderNotFoundException(id));
    }

    /**
     * Orders, newest first.
     *
     * @param status only these; empty: all
     * @param before only those placed before this; empty: from the newest on
     * @param limit at most so many
     */
    @Transactional
    public List<Order> list(Optional<OrderStatus> status, Optional<PlacedBefore> before, int limit) {
        var conditions = new ArrayList<String>();
        var parameters = new Parameters();
        status.ifPresent(wanted -> {
            conditions.add("o.status = :status");
            parameters.and("status", wanted);
        });
        before.ifPresent(limitOfPage -> {
            switch (limitOfPage) {
                case PlacedBefore.OrderOf(var id) -> {
                    conditions.add("o.id < :id");
                    parameters.and("id", id);
                }
                case PlacedBefore.Moment(var moment) -> {
                    conditions.add("o.createdAt < :moment");
                    parameters.and("moment", moment);
                }
            }
        });
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        var page = orders.find("from Order o" + where + " order by o.id desc", parameters)
                .page(0, limit)
                .list();
        // A join would multiply the rows that the limit counts, so the lines come in a second query, for all at once.
        return page.isEmpty()
                ? page
                : orders.list("from Order o left join fetch o.lines where o in ?1 order by o.id desc", page);
    }

    /** The changes of an order's status that follow the given revision, oldest first. */
    public List<StatusChange> changesAfter(UUID orderId, int revision) {
        return read(CHANGES, query -> {
            query.setObject(1, orderId);
            query.setInt(2, revision);
            try (ResultSet rows = query.executeQuery()) {
                var changes = new ArrayList<StatusChange>();
                while (rows.next()) {
                    changes.add(new StatusChange(
                            orderId,
                            rows.getInt("revision"),
                            OrderStatus.valueOf(rows.getString("status")),
                            rows.getString("reason"),
                            rows.getTimestamp("changed_at").toInstant()));
                }
                return changes;
            }
        });
    }

    /** The status of an order now; empty if there is none of this id. */
    public Optional<OrderStatus> status(UUID orderId) {
        return read(STATUS, query -> {
            query.setObject(1, orderId);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(OrderStatus.valueOf(row.getString("status"))) : Optional.empty();
            }
        });
    }

    private interface Reading<T> {
        T of(PreparedStatement query) throws SQLException;
    }

    /** Plain JDBC for what is asked for each order: one statement, in the caller's transaction or in none. */
    private <T> T read(String sql, Reading<T> reading) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            return reading.of(query);
        } catch (SQLException e) {
            throw new IllegalStateException("the order cannot be read: " + e.getMessage(), e);
        }
    }
}
