package dev.millrace.e2e.saga;

import dev.millrace.inventory.domain.Demand;
import dev.millrace.inventory.domain.Reservation;
import dev.millrace.inventory.domain.ReservationLine;
import dev.millrace.inventory.domain.ReservationStatus;
import dev.millrace.inventory.domain.StockEvent;
import dev.millrace.order.domain.Customer;
import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderLine;
import dev.millrace.order.domain.OrderStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One order, its stock and the messages between the two: the services' real decision code, joined by as little as
 * possible. Every message may be delivered at any time after it was sent, and twice; there is no inbox here, so a
 * repetition reaches the decision.
 */
final class OrderSaga {
    static final String SKU = "cup";
    static final long QUANTITY = 3;

    /** A message on its way, told apart by what it is: each is sent at most once. */
    enum Message {
        ORDER_PLACED,
        TIMEOUT_DUE,
        CUSTOMER_CANCELS,
        STOCK_RESERVED,
        STOCK_REFUSED,
        ORDER_CANCELLED
    }

    private final long onHand;
    private long reserved;
    private final Order order;
    private Reservation reservation;
    private final List<Message> sent = new ArrayList<>();
    private int released;

    OrderSaga(long onHand) {
        this.onHand = onHand;
        this.order = Order.place(
                UUID.randomUUID(),
                new Customer("Ada", "ada@example.org"),
                List.of(new OrderLine(SKU, "Cup", BigDecimal.ONE, (int) QUANTITY)),
                "EUR",
                Instant.EPOCH);
        sent.addAll(List.of(Message.ORDER_PLACED, Message.TIMEOUT_DUE, Message.CUSTOMER_CANCELS));
    }

    /** All that was ever sent, in that order. */
    List<Message> sent() {
        return sent;
    }

    void deliver(Message message) {
        switch (message) {
            case ORDER_PLACED -> reserve();
            case ORDER_CANCELLED -> release();
            case STOCK_RESERVED -> settled(order.confirm(Instant.EPOCH));
            case STOCK_REFUSED -> settled(order.reject("OUT_OF_STOCK", Instant.EPOCH));
            case TIMEOUT_DUE -> settled(order.timeOut(Instant.EPOCH));
            case CUSTOMER_CANCELS -> settled(order.cancel(Instant.EPOCH));
        }
    }

    /** As OrderLifecycle does: an event exactly if something has changed. */
    private void settled(boolean changed) {
        if (changed && order.status() == OrderStatus.CANCELLED) {
            send(Message.ORDER_CANCELLED);
        }
    }

    /** As Reservations.reserve does: the first decision stands. */
    private void reserve() {
        if (reservation != null) {
            return;
        }
        var demand = Demand.of(List.of(ReservationLine.of(SKU, QUANTITY)));
        Map<String, Long> available = Map.of(SKU, onHand - reserved);
        reservation = Reservation.decide(order.id(), demand, available, Instant.EPOCH);
        if (demand.isCoveredBy(available)) {
            reserved += QUANTITY;
        }
        publish();
    }

    /** As Reservations.release does: a cancellation before its order keeps the order out. */
    private void release() {
        if (reservation == null) {
            reservation = Reservation.cancelledBeforePlaced(order.id(), Instant.EPOCH);
        } else if (reservation.release(Instant.EPOCH)) {
            reserved -= QUANTITY;
            released++;
        }
    }

    private void publish() {
        send(
                switch (StockEvent.of(reservation)) {
                    case StockEvent.Reserved yes -> Message.STOCK_RESERVED;
                    case StockEvent.Refused no -> Message.STOCK_REFUSED;
                    case StockEvent.Released back -> throw new IllegalStateException("released when it was reserved");
                });
    }

    private void send(Message message) {
        if (sent.contains(message)) {
            throw new AssertionError(message + " is sent twice");
        }
        sent.add(message);
    }

    /** What must hold after every step. */
    void checkAlways() {
        require(reserved >= 0 && reserved <= onHand, "%d of %d are reserved".formatted(reserved, onHand));
        require(released <= 1, "released " + released + " times");
    }

    /** What must hold when nothing is on its way any more. */
    void checkAtTheEnd() {
        require(order.status() != OrderStatus.PENDING, "the order is still pending");
        long expected = order.status() == OrderStatus.CONFIRMED ? QUANTITY : 0;
        require(reserved == expected, "%d are reserved for an order that is %s".formatted(reserved, order.status()));
        boolean holds = reservation != null && reservation.status() == ReservationStatus.RESERVED;
        require(
                holds == (order.status() == OrderStatus.CONFIRMED),
                "the reservation of a " + order.status() + " order");
    }

    String outcome() {
        return order.status() + order.reason().map(reason -> " " + reason).orElse("");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
