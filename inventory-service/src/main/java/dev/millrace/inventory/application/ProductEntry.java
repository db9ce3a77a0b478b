package dev.millrace.inventory.application;

import java.math.BigDecimal;

/**
 * What somebody wants the catalogue to say of a product; checked at the edge.
 *
 * @param unitPrice not negative, at most two decimals
 * @param currency ISO 4217 code
 * @param onHand counted stock; null leaves it as it is (0 for a new product)
 */
public record ProductEntry(String sku, String name, BigDecimal unitPrice, String currency, Long onHand) {}
