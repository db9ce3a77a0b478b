package dev.millrace.inventory.messaging;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Reads {@code orders::inventory}. The broker hands out the events of one order one at a time and in order, so the
 * workers need no order among themselves.
 */
@ApplicationScoped
public class OrderEvents {

    /** Names this reader in the inbox: the subscription it reads. */
    static final String CONSUMER = "orders::inventory";

    private final OrderPlacedHandler placed;
    private final OrderCancelledHandler cancelled;
    private final Inbox inbox;

    OrderEvents(OrderPlacedHandler placed, OrderCancelledHandler cancelled, Inbox inbox) {
        this.placed = placed;
        this.cancelled = cancelled;
        this.inbox = inbox;
    }

    /** Returns after the transaction has committed, which accepts the message; a failure decides its other outcomes. */
    @Incoming("orders")
    @Blocking(value = "orders-worker", ordered = false)
    public void consume(InboundEvent event) {
        switch (event.type()) {
            case "order.placed" -> placed.handle(event);
            case "order.cancelled" -> cancelled.handle(event);
            // A confirmed order keeps its units and a rejected one never had any: nothing to do on purpose. The same
            // holds for whatever orders may tell in future.
            default -> inbox.ignore(CONSUMER, event);
        }
    }
}
