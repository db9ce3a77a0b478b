package dev.millrace.order.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;

/** What this service knows of a product: a copy, owned by inventory-service. */
@Entity
@Table(name = "product_copy")
public class Product {

    @Id
    private String sku;

    private String name;

    @Column(name = "unit_price")
    private BigDecimal unitPrice;

    private String currency;

    private long version;

    /** For JPA. */
    protected Product() {}

    public Product(String sku, String name, BigDecimal unitPrice, String currency, long version) {
        this.sku = sku;
        this.name = name;
        this.unitPrice = unitPrice;
        this.currency = currency;
        this.version = version;
    }

    public String sku() {
        return sku;
    }

    public String name() {
        return name;
    }

    /** Not negative, in {@link #currency()}. */
    public BigDecimal unitPrice() {
        return unitPrice;
    }

    /** ISO 4217 code. */
    public String currency() {
        return currency;
    }

    /** The owner's version of the product, higher is newer. */
    public long version() {
        return version;
    }
}
