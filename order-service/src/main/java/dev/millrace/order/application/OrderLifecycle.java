package dev.millrace.order.application;

import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderStatus;
import dev.millrace.order.domain.StatusChange;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jboss.logging.Logger;

/**
 * What happens to an order after it was placed. Every change takes the order's row lock first, so that a cancellation
 * and a confirmation at the same moment come one after the other, the second finds what the first has made of the order,
 * and each change that happens publishes exactly one event.
 */
@ApplicationScoped
public class OrderLifecycle {

    private static final Logger LOG = Logger.getLogger(OrderLifecycle.class);
    private static final String TIME_OUT = "time-out";

    private final Orders orders;
    private final OrderQueries queries;
    private final EntityManager entities;
    private final OrderEvents events;
    private final Event<OrderChanged> changes;
    private final MeterRegistry metrics;

    OrderLifecycle(
            Orders orders,
            OrderQueries queries,
            EntityManager entities,
            OrderEvents events,
            Event<OrderChanged> changes,
            MeterRegistry metrics) {
        this.orders = orders;
        this.queries = queries;
        this.entities = entities;
        this.events = events;
        this.changes = changes;
        this.metrics = metrics;
    }

    /**
     * Stock was reserved for all lines.
     *
     * @throws OrderNotFoundException if there is no such order
     */
    @Transactional
    public void confirm(UUID id) {
        change(id, "confirm", Order::confirm);
    }

    /**
     * The stock does not suffice.
     *
     * @throws OrderNotFoundException if there is no such order
     */
    @Transactional
    public void reject(UUID id, String reason) {
        change(id, "reject", (order, at) -> order.reject(reason, at));
    }

    /**
     * Whether the time-out of an order comes too late, as it does for nearly all of them: the order is settled, and no
     * order becomes pending again. A look without a lock and without a transaction is enough to know that.
     */
    public boolean isTimeOutTooLate(UUID id) {
        boolean tooLate = queries.status(id).stream().anyMatch(status -> status != OrderStatus.PENDING);
        if (tooLate) {
            count(TIME_OUT, false);
        }
        return tooLate;
    }

    /**
     * The time-out is due; changes only an order that is still pending.
     *
     * @throws OrderNotFoundException if there is no such order
     */
    @Transactional
    public void timeOut(UUID id) {
        change(id, TIME_OUT, Order::timeOut);
    }

    /**
     * The customer cancels.
     *
     * @throws OrderNotFoundException if there is no such order
     * @throws OrderNotCancellableException if it is rejected or cancelled already
     */
    @Transactional
    public Order cancel(UUID id) {
        Order order = lock(id);
        if (!change(order, "cancel", Order::cancel)) {
            throw new OrderNotCancellableException(order);
        }
        return order;
    }

    private void change(UUID id, String what, BiPredicate<Order, Instant> transition) {
        change(lock(id), what, transition);
    }

    private boolean change(Order order, String what, BiPredicate<Order, Instant> transition) {
        boolean changed = transition.test(order, Moments.now());
        if (changed) {
            StatusChange last = order.lastChange();
            entities.persist(last);
            events.settled(order);
            changes.fire(new OrderChanged(last));
            LOG.debugf("Order %s is %s", order.id(), order.status());
        } else {
            // Late or repeated, and normal: the state machine decides, not the order of arrival.
            LOG.debugf("Order %s stays %s: %s comes too late", order.id(), order.status(), what);
        }
        count(what, changed);
        if (changed) {
            metrics.timer("millrace.orders.age", "status", order.status().name())
                    .record(Duration.between(order.createdAt(), order.updatedAt()));
        }
        return changed;
    }

    private void count(String what, boolean changed) {
        metrics.counter("millrace.orders.transitions", "on", what, "changed", Boolean.toString(changed))
                .increment();
    }

    private Order lock(UUID id) {
        return orders.lock(id).orElseThrow(() -> new OrderNotFoundException(id));
    }
}
