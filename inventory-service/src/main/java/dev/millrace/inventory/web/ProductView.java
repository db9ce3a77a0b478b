package dev.millrace.inventory.web;

import dev.millrace.inventory.domain.Product;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A product as clients see it. */
@Schema(description = "A product and its stock")
public record ProductView(
        @Schema(examples = "espresso-cup") String sku,
        @Schema(examples = "Espresso cup, 60 ml") String name,

        @Schema(description = "Decimal string", examples = "5.50")
        String unitPrice,

        @Schema(examples = "EUR") String currency,

        @Schema(description = "Units in the warehouse", examples = "100000")
        long onHand,

        @Schema(description = "Units promised to orders that are not cancelled", examples = "12")
        long reserved,

        @Schema(description = "onHand less reserved", examples = "99988")
        long available) {

    static ProductView of(Product product) {
        return new ProductView(
                product.sku(),
                product.name(),
                product.unitPrice().toPlainString(),
                product.currency(),
                product.onHand(),
                product.reserved(),
                product.available());
    }
}
