package dev.millrace.order.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.math.BigDecimal;

/**
 * One line of an order; name and price are those of the moment it was placed.
 *
 * @param sku the product
 * @param name the product's name
 * @param unitPrice not negative, in the order's currency
 * @param quantity 1 to 1000
 */
@Embeddable
public record OrderLine(
        @Column(name = "sku") String sku,
        @Column(name = "name") String name,
        @Column(name = "unit_price") BigDecimal unitPrice,
        @Column(name = "quantity") int quantity) {

    public static final int MIN_QUANTITY = 1;
    public static final int MAX_QUANTITY = 1_000;

    /** Price of the whole line. */
    public BigDecimal amount() {
        return unitPrice.multiply(BigDecimal.valueOf(quantity));
    }
}
