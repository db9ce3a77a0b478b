package dev.millrace.inventory.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReservationTest {

    private static final UUID ORDER = UUID.randomUUID();
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(5);
    private static final Demand DEMAND = Demand.of(List.of(ReservationLine.of("cup", 2), ReservationLine.of("tea", 3)));
    private static final Map<String, Long> ENOUGH = Map.of("cup", 2L, "tea", 9L);
    private static final Map<String, Long> TOO_LITTLE_TEA = Map.of("cup", 2L, "tea", 1L);

    @Test
    void reservesAllLinesWhereThereIsEnough() {
        var reservation = Reservation.decide(ORDER, DEMAND, ENOUGH, NOW);

        assertEquals(ReservationStatus.RESERVED, reservation.status());
        assertEquals(
                new StockEvent.Reserved(
                        ORDER, List.of(new StockEvent.Units("cup", 2), new StockEvent.Units("tea", 3)), NOW),
                StockEvent.of(reservation));
    }

    @Test
    void refusesAllLinesWhereOneIsShortAndSaysWhich() {
        var reservation = Reservation.decide(ORDER, DEMAND, TOO_LITTLE_TEA, NOW);

        assertEquals(ReservationStatus.REFUSED, reservation.status());
        assertEquals(
                new StockEvent.Refused(ORDER, "OUT_OF_STOCK", List.of(new StockEvent.Shortage("tea", 3, 1)), NOW),
                StockEvent.of(reservation));
    }

    @Test
    void givesItsUnitsBackOnce() {
        var reservation = Reservation.decide(ORDER, DEMAND, ENOUGH, NOW);

        assertTrue(reservation.release(LATER));
        assertEquals(ReservationStatus.RELEASED, reservation.status());
        assertEquals(
                new StockEvent.Released(
                        ORDER, List.of(new StockEvent.Units("cup", 2), new StockEvent.Units("tea", 3)), LATER),
                StockEvent.of(reservation));
        assertFalse(reservation.release(LATER));
    }

    @Test
    void hasNothingToGiveBackIfItWasRefusedOrNeverMade() {
        assertFalse(Reservation.decide(ORDER, DEMAND, TOO_LITTLE_TEA, NOW).release(LATER));
        assertFalse(Reservation.cancelledBeforePlaced(ORDER, NOW).release(LATER));
    }
}
