package dev.millrace.order.application;

import dev.millrace.order.domain.Order;
import java.time.Instant;

/** What this service tells the others, each with the caller's transaction. */
public interface OrderEvents {

    /** A new order wants its stock. */
    void placed(Order order);

    /** The order was confirmed, rejected or cancelled. */
    void settled(Order order);

    /** Asks to look at the order again at that moment. */
    void timeoutDue(Order order, Instant at);
}
