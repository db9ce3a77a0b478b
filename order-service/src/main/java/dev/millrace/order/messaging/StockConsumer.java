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

/** What inventory-service says about the stock for an order. */
@ApplicationScoped
class StockConsumer {

    private static final String CONSUMER = "stock";

    private final Inbox inbox;
    private final OrderLifecycle lifecycle;

    StockConsumer(Inbox inbox, OrderLifecycle lifecycle) {
        this.inbox = inbox;
        this.lifecycle = lifecycle;
    }

    @Incoming("stock")
    @RunOnVirtualThread
    @Blocking("stock-worker")
    void consume(InboundEvent event) {
        switch (event.type()) {
            case "stock.reserved" -> {
                var reserved = event.dataAs(StockReserved.class);
                once(event, () -> lifecycle.confirm(reserved.orderId()));
            }
            case "stock.refused" -> {
                var refused = event.dataAs(StockRefused.class);
                once(event, () -> lifecycle.reject(refused.orderId(), refused.reason()));
            }
            default -> inbox.ignore(CONSUMER, event);
        }
    }

    private void once(InboundEvent event, Runnable effect) {
        try {
            inbox.once(CONSUMER, event, effect);
        } catch (OrderNotFoundException e) {
            // The relay reads a commit from the write-ahead log a moment before PostgreSQL shows it to other
            // transactions, so the answer to an order can be here first. Repeated until the attempts are used up.
            throw new TransientFailure(event + ": " + e.getMessage(), e);
        }
    }

    record StockReserved(UUID orderId) {
        StockReserved {
            Fields.require(orderId, "orderId");
        }
    }

    record StockRefused(UUID orderId, String reason) {
        StockRefused {
            Fields.require(orderId, "orderId");
            Fields.require(reason, "reason");
        }
    }
}
