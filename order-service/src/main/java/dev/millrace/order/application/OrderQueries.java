package dev.millrace.order.application;

import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderStatus;
import dev.millrace.order.domain.StatusChange;
import io.quarkus.panache.common.Parameters;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Looks at orders without changing them. */
@ApplicationScoped
public class OrderQueries {

    private final Orders orders;
    private final EntityManager entities;

    OrderQueries(Orders orders, EntityManager entities) {
        this.orders = orders;
        this.entities = entities;
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
    @Transactional
    public List<StatusChange> changesAfter(UUID orderId, int revision) {
        return entities.createQuery(
                        "from StatusChange c where c.id.orderId = ?1 and c.id.revision > ?2 order by c.id.revision",
                        StatusChange.class)
                .setParameter(1, orderId)
                .setParameter(2, revision)
                .getResultList();
    }
}
