package dev.millrace.order.messaging;

import dev.millrace.messaging.Outbox;
import dev.millrace.messaging.OutboxEvent;
import dev.millrace.order.application.OrderEvents;
import dev.millrace.order.domain.Order;
import dev.millrace.order.messaging.OrderEventPayloads.Cancelled;
import dev.millrace.order.messaging.OrderEventPayloads.Confirmed;
import dev.millrace.order.messaging.OrderEventPayloads.Head;
import dev.millrace.order.messaging.OrderEventPayloads.Placed;
import dev.millrace.order.messaging.OrderEventPayloads.Rejected;
import dev.millrace.order.messaging.OrderEventPayloads.TimeoutDue;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Publishes through the outbox. The ordering key is the order's id: what happens to one order is told in order. */
@ApplicationScoped
class OutboxOrderEvents implements OrderEvents {

    private static final String TOPIC = "orders";
    private static final String TIMEOUT_QUEUE = "order-timeouts";

    private final Outbox outbox;

    OutboxOrderEvents(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void placed(Order order) {
        publish(TOPIC, "order.placed", order, new Placed(Head.of(order), order.createdAt()));
    }

    @Override
    public void settled(Order order) {
        Head head = Head.of(order);
        Instant at = order.updatedAt();
        switch (order.status()) {
            case CONFIRMED -> publish(TOPIC, "order.confirmed", order, new Confirmed(head, at));
            case REJECTED -> publish(TOPIC, "order.rejected", order, new Rejected(head, reason(order), at));
            case CANCELLED -> publish(TOPIC, "order.cancelled", order, new Cancelled(head, reason(order), at));
            case PENDING -> throw new IllegalArgumentException("order " + order.id() + " is not settled");
        }
    }

    @Override
    public void timeoutDue(Order order, Instant at) {
        outbox.publish(event(TIMEOUT_QUEUE, "order.timeout-due", order, new TimeoutDue(order.id()))
                .deliverAt(at));
    }

    private void publish(String destination, String type, Order order, Object payload) {
        outbox.publish(event(destination, type, order, payload));
    }

    private static OutboxEvent event(String destination, String type, Order order, Object payload) {
        return OutboxEvent.of(destination, type, order.id().toString(), payload);
    }

    private static String reason(Order order) {
        return order.reason().orElseThrow();
    }
}
