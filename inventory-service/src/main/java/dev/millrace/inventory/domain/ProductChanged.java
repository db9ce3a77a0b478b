package dev.millrace.inventory.domain;

/**
 * A product's entry in the catalogue, as of {@code version}. Readers keep the highest version they have seen and ignore
 * lower ones. Schema: {@code resources/events/product.changed.json}.
 *
 * @param unitPrice decimal string with two decimals
 */
public record ProductChanged(String sku, String name, String unitPrice, String currency, long version) {

    public static final String TYPE = "product.changed";

    public static ProductChanged of(Product product) {
        return new ProductChanged(
                product.sku(),
                product.name(),
                product.unitPrice().toPlainString(),
                product.currency(),
                product.version());
    }
}
