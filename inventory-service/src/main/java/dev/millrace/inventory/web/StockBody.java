package dev.millrace.inventory.web;

import dev.millrace.inventory.domain.Product;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code POST /products/{sku}/stock}. */
@Schema(description = "A change of stock")
public record StockBody(
        @Schema(description = "Units that came (above 0) or went (below 0)", examples = "25")
        @NotNull
        @Min(-Product.MAX_ON_HAND)
        @Max(Product.MAX_ON_HAND)
        Long delta) {}
