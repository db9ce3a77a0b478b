package dev.millrace.notification.messaging;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import dev.millrace.notification.application.Notifications;
import dev.millrace.notification.domain.NotificationKind;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Reads {@code orders::notification}. The broker hands out the events of one order one at a time and in order, so the
 * workers need no order among themselves.
 */
@ApplicationScoped
public class OrderEvents {

    /** Names this reader in the inbox: the subscription it reads. */
    static final String CONSUMER = "orders::notification";

    private final Inbox inbox;
    private final Notifications notifications;

    OrderEvents(Inbox inbox, Notifications notifications) {
        this.inbox = inbox;
        this.notifications = notifications;
    }

    /** Returns after the transaction has committed, which accepts the message; a failure decides its other outcomes. */
    @Incoming("orders")
    @Blocking(value = "orders-worker", ordered = false)
    public void consume(InboundEvent event) {
        switch (event.type()) {
            case "order.confirmed" -> request(event, NotificationKind.ORDER_CONFIRMED);
            case "order.rejected" -> request(event, NotificationKind.ORDER_REJECTED);
            case "order.cancelled" -> request(event, NotificationKind.ORDER_CANCELLED);
            // order.placed: the customer has the answer to the POST. Ignored on purpose, as is whatever else orders may
            // tell in future.
            default -> inbox.ignore(CONSUMER, event);
        }
    }

    private void request(InboundEvent event, NotificationKind kind) {
        var order = event.dataAs(OrderFinished.class).as(kind);
        inbox.once(CONSUMER, event, () -> notifications.request(order));
    }
}
