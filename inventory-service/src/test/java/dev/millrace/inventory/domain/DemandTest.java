package dev.millrace.inventory.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemandTest {

    private static final Demand TWO_PRODUCTS = Demand.of(
            List.of(ReservationLine.of("tea", 3), ReservationLine.of("cup", 1), ReservationLine.of("tea", 4)));

    @Test
    void addsUpTheLinesOfOneSkuAndKeepsTheOrderOfTheSkus() {
        assertEquals(List.of(ReservationLine.of("cup", 1), ReservationLine.of("tea", 7)), TWO_PRODUCTS.lines());
    }

    @Test
    void isCoveredOnlyIfEveryProductIs() {
        assertTrue(TWO_PRODUCTS.isCoveredBy(Map.of("cup", 1L, "tea", 7L)));
        assertFalse(TWO_PRODUCTS.isCoveredBy(Map.of("cup", 1L, "tea", 6L)));
        assertFalse(TWO_PRODUCTS.isCoveredBy(Map.of("tea", 7L)), "a product that does not exist covers nothing");
    }

    @Test
    void refusesAnEmptyOrderAndQuantitiesBelowOne() {
        assertThrows(IllegalArgumentException.class, () -> Demand.of(List.of()));
        var nothing = List.of(ReservationLine.of("cup", 0));
        assertThrows(IllegalArgumentException.class, () -> Demand.of(nothing));
    }

    @Test
    void refusesASumThatDoesNotFit() {
        var lines = List.of(ReservationLine.of("cup", Long.MAX_VALUE), ReservationLine.of("cup", 1));
        assertThrows(ArithmeticException.class, () -> Demand.of(lines));
    }
}
