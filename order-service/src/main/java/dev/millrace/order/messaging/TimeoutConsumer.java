package dev.millrace.order.messaging;

import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.Inbox;
import dev.millrace.messaging.TransientFailure;
import dev.millrace.order.application.OrderLifecycle;
import dev.millrace.order.application.OrderNotFoundException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * This service's own alarm clock: the broker delivers the message when the order's time is over. Most orders are settled
 * by then, for good, so that there is nothing to do: also not to remember that it was done.
 */
@ApplicationScoped
class TimeoutConsumer {

    private static final String CONSUMER = "order-timeouts";

    private final Inbox inbox;
    private final OrderLifecycle lifecycle;

    TimeoutConsumer(Inbox inbox, OrderLifecycle lifecycle) {
        this.inbox = inbox;
        this.lifecycle = lifecycle;
    }

    @Incoming("order-timeouts")
    @RunOnVirtualThread
    @Blocking("order-timeouts-worker")
    void consume(InboundEvent event) {
        if (!event.type().equals("order.timeout-due")) {
            inbox.ignore(CONSUMER, event);
            return;
        }
        var due = event.dataAs(TimeoutDue.class);
        if (lifecycle.isTimeOutTooLate(due.orderId())) {
            return;
        }
        try {
            inbox.once(CONSUMER, event, () -> lifecycle.timeOut(due.orderId()));
        } catch (OrderNotFoundException e) {
            // As in StockConsumer: not visible yet, if the time-out is a very short one.
            throw new TransientFailure(event + ": " + e.getMessage(), e);
        }
    }

    record TimeoutDue(UUID orderId) {
        TimeoutDue {
            Fields.require(orderId, "orderId");
        }
    }
}
