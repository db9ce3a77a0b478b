package dev.millrace.inventory.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A product and its stock.
 *
 * <p>INV-STOCK: {@code 0 <= reserved <= onHand}. {@code reserved} counts the units promised to orders that were not
 * cancelled; {@link #available()} is what may still be promised. The table holds the same rule as a constraint.
 *
 * <p>Reserving and releasing do not go through this class: they are conditional updates (see
 * {@code application.StockLedger}), so that many orders for one product wait for each other as briefly as possible.
 */
@Entity
public class Product {

    /** The most units a product may have, so that sums stay far from overflow. */
    public static final long MAX_ON_HAND = 1_000_000_000L;

    @Id
    private String sku;

    private String name;

    @Column(name = "unit_price")
    private BigDecimal unitPrice;

    private String currency;

    @Column(name = "on_hand")
    private long onHand;

    private long reserved;

    private long version;

    /** For JPA. */
    protected Product() {}

    /** A product nobody has reserved yet, in its first version. */
    public Product(String sku, String name, BigDecimal unitPrice, String currency, long onHand) {
        this.sku = sku;
        this.name = name;
        this.unitPrice = amount(unitPrice);
        this.currency = currency;
        this.onHand = onHand;
        this.version = 1;
    }

    /**
     * Changes what the catalogue says of the product; readers of {@code product.changed} see the next version.
     *
     * @param newOnHand the counted stock, or null to leave it as it is
     * @throws StockConflictException if fewer units than are reserved would be left
     */
    public void change(String newName, BigDecimal newUnitPrice, String newCurrency, Long newOnHand) {
        if (newOnHand != null && newOnHand < reserved) {
            throw new StockConflictException(
                    sku, "onHand would be %d but %d are reserved".formatted(newOnHand, reserved));
        }
        name = newName;
        unitPrice = amount(newUnitPrice);
        currency = newCurrency;
        onHand = newOnHand == null ? onHand : newOnHand;
        version++;
    }

    /** Two decimals always, so that an amount reads the same from memory and from the table. */
    private static BigDecimal amount(BigDecimal price) {
        return price.setScale(2, RoundingMode.UNNECESSARY);
    }

    public String sku() {
        return sku;
    }

    public String name() {
        return name;
    }

    /** The price of one unit, two decimals, not negative. */
    public BigDecimal unitPrice() {
        return unitPrice;
    }

    /** ISO 4217 code of {@link #unitPrice()}. */
    public String currency() {
        return currency;
    }

    /** Units in the warehouse, 0..{@link #MAX_ON_HAND}. */
    public long onHand() {
        return onHand;
    }

    /** Units promised to orders, 0..{@link #onHand()}. */
    public long reserved() {
        return reserved;
    }

    /** Units that may still be promised. */
    public long available() {
        return onHand - reserved;
    }

    /** Grows by one with each change of the catalogue entry (not of the stock), from 1. */
    public long version() {
        return version;
    }
}
