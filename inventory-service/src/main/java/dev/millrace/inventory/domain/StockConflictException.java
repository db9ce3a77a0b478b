package dev.millrace.inventory.domain;

/** A change of stock that would break {@code 0 <= reserved <= onHand}; nothing was changed. */
public class StockConflictException extends RuntimeException {

    public StockConflictException(String sku, String why) {
        super("product %s: %s".formatted(sku, why));
    }
}
