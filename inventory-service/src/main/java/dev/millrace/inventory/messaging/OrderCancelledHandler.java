package dev.millrace.inventory.messaging;

import dev.millrace.inventory.application.Reservations;
import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import jakarta.enterprise.context.ApplicationScoped;

/** {@code order.cancelled}: give the stock of the order back, once per event. */
@ApplicationScoped
public class OrderCancelledHandler {

    private final Inbox inbox;
    private final Reservations reservations;

    OrderCancelledHandler(Inbox inbox, Reservations reservations) {
        this.inbox = inbox;
        this.reservations = reservations;
    }

    /** Repeating it is harmless: units are given back once. */
    public void handle(InboundEvent event) {
        var order = event.dataAs(OrderCancelled.class);
        inbox.once(OrderEvents.CONSUMER, event, () -> reservations.release(order.orderId()));
    }
}
