package dev.millrace.inventory.messaging;

import java.util.UUID;

/** What inventory needs to know of {@code order.cancelled}. */
record OrderCancelled(UUID orderId) {

    OrderCancelled {
        Required.field("orderId", orderId);
    }
}
