package dev.millrace.order.application;

import dev.millrace.order.domain.Order;

/** The order's status does not allow a cancellation. */
public class OrderNotCancellableException extends RuntimeException {

    OrderNotCancellableException(Order order) {
        super("order " + order.id() + " is " + order.status() + " and cannot be cancelled any more");
    }
}
