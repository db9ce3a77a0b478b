package dev.millrace.order.application;

import java.util.UUID;

/** There is no such order. */
public class OrderNotFoundException extends RuntimeException {

    public OrderNotFoundException(UUID id) {
        super("there is no order " + id);
    }
}
