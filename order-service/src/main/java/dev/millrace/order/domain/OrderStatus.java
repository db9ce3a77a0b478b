package dev.millrace.order.domain;

import java.util.Set;

/**
 * The life of an order. {@code OrderStatusTest} reads this table from the source and holds the code to it.
 *
 * <pre>
 * from       to         on
 * PENDING    CONFIRMED  stock reserved
 * PENDING    REJECTED   stock refused
 * PENDING    CANCELLED  customer's request, or time-out
 * CONFIRMED  CANCELLED  customer's request
 * </pre>
 *
 * Every other change is refused and leaves the order as it is. So the order in which late messages arrive does not
 * matter: stock that is reserved after the cancellation finds a CANCELLED order and changes nothing (inventory gives
 * that stock back, because it sees order.cancelled); a time-out finds a CONFIRMED order and changes nothing.
 */
public enum OrderStatus {
    PENDING,
    CONFIRMED,
    REJECTED,
    CANCELLED;

    /** The statuses that may follow this one. */
    public Set<OrderStatus> next() {
        return switch (this) {
            case PENDING -> Set.of(CONFIRMED, REJECTED, CANCELLED);
            case CONFIRMED -> Set.of(CANCELLED);
            case REJECTED, CANCELLED -> Set.of();
        };
    }

    /** Whether an order of this status may become one of that status. */
    public boolean canBecome(OrderStatus other) {
        return next().contains(other);
    }
}
