package dev.millrace.order.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class OrderTest {

    private static final Instant PLACED = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant LATER = PLACED.plusSeconds(5);
    private static final OrderLine CUPS = new OrderLine("cup", "Cup", new BigDecimal("4.95"), 3);
    private static final OrderLine POT = new OrderLine("pot", "Pot", new BigDecimal("19"), 1);

    /** Everything that can happen to an order. */
    private static final Map<String, Predicate<Order>> HAPPENINGS = Map.of(
            "confirm", order -> order.confirm(LATER),
            "reject", order -> order.reject("OUT_OF_STOCK", LATER),
            "cancel", order -> order.cancel(LATER),
            "timeOut", order -> order.timeOut(LATER));

    private final Order order = order(CUPS, POT);

    @Test
    void aNewOrderIsPendingAndCostsTheSumOfItsLines() {
        assertEquals(OrderStatus.PENDING, order.status());
        assertEquals(0, order.revision());
        assertEquals(new BigDecimal("33.85"), order.total());
        assertEquals(PLACED, order.createdAt());
        assertEquals(PLACED, order.updatedAt());
        assertEquals(Optional.empty(), order.reason());
    }

    @Test
    void anOrderHasOneToAHundredLines() {
        assertThrows(IllegalArgumentException.class, () -> order(new OrderLine[0]));
        assertThrows(
                IllegalArgumentException.class,
                () -> order(Collections.nCopies(101, POT).toArray(OrderLine[]::new)));
        assertEquals(
                100,
                order(Collections.nCopies(100, POT).toArray(OrderLine[]::new))
                        .lines()
                        .size());
    }

    @Test
    void aChangeIsNotedWithItsReasonAndTime() {
        assertTrue(order.reject("OUT_OF_STOCK", LATER));

        assertEquals(OrderStatus.REJECTED, order.status());
        assertEquals(Optional.of("OUT_OF_STOCK"), order.reason());
        assertEquals(LATER, order.updatedAt());
        var change = order.lastChange();
        assertEquals(order.id(), change.orderId());
        assertEquals(1, change.revision());
        assertEquals(OrderStatus.REJECTED, change.status());
        assertEquals(Optional.of("OUT_OF_STOCK"), change.reason());
        assertEquals(LATER, change.changedAt());
    }

    @Test
    void onlyTheCustomerCancelsAConfirmedOrder() {
        order.confirm(LATER);

        assertFalse(order.timeOut(LATER.plusSeconds(30)));
        assertEquals(OrderStatus.CONFIRMED, order.status());

        assertTrue(order.cancel(LATER.plusSeconds(60)));
        assertEquals(Optional.of(Order.CUSTOMER_REQUEST), order.reason());
        assertEquals(2, order.revision());
    }

    @Test
    void aTimeOutSaysSo() {
        assertTrue(order.timeOut(LATER));

        assertEquals(OrderStatus.CANCELLED, order.status());
        assertEquals(Optional.of(Order.TIMED_OUT), order.reason());
    }

    @Test
    void nothingHappensToASettledOrder() {
        for (String last : List.of("reject", "cancel", "timeOut")) {
            HAPPENINGS.forEach((name, happening) -> {
                var settled = order(CUPS);
                assertTrue(HAPPENINGS.get(last).test(settled));
                var before = settled.lastChange();

                assertFalse(happening.test(settled), name + " after " + last);

                assertEquals(before.status(), settled.status());
                assertEquals(before.revision(), settled.revision());
                assertEquals(before.reason(), settled.reason());
            });
        }
    }

    @Test
    void aRepetitionChangesNothing() {
        HAPPENINGS.forEach((name, happening) -> {
            var repeated = order(CUPS);
            assertTrue(happening.test(repeated), name);
            assertFalse(happening.test(repeated), name + " again");
            assertEquals(1, repeated.revision());
        });
    }

    private static Order order(OrderLine... lines) {
        return Order.place(UUID.randomUUID(), new Customer("Ada", "ada@example.org"), List.of(lines), "EUR", PLACED);
    }
}
