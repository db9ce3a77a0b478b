package dev.millrace.inventory.application;

/** There is no product with that sku. */
public class ProductUnknownException extends RuntimeException {

    public ProductUnknownException(String sku) {
        super("there is no product " + sku);
    }
}
