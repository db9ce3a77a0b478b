package dev.millrace.inventory.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ProductTest {

    @Test
    void tellsItsPriceWithTwoDecimalsHoweverItWasGiven() {
        var product = new Product("cup", "Cup", new BigDecimal("5.5"), "EUR", 3);

        assertEquals(new ProductChanged("cup", "Cup", "5.50", "EUR", 1), ProductChanged.of(product));
    }

    @Test
    void growsItsVersionWithEveryChangeAndKeepsTheStockIfNoneIsGiven() {
        var product = new Product("cup", "Cup", new BigDecimal("5.50"), "EUR", 3);

        product.change("Mug", new BigDecimal("6"), "EUR", null);

        assertEquals(new ProductChanged("cup", "Mug", "6.00", "EUR", 2), ProductChanged.of(product));
        assertEquals(3, product.onHand());
        assertEquals(3, product.available());
    }

    @Test
    void refusesAStockBelowWhatIsReserved() {
        var product = new Product("cup", "Cup", new BigDecimal("5.50"), "EUR", 3);

        assertThrows(StockConflictException.class, () -> product.change("Cup", new BigDecimal("5.50"), "EUR", -1L));
        assertEquals(1, product.version(), "nothing was changed");
    }
}
