package dev.millrace.inventory.web;

import dev.millrace.inventory.application.ProductEntry;
import dev.millrace.inventory.domain.Product;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code PUT /products/{sku}}. */
@Schema(description = "What the catalogue shall say of the product")
public record ProductBody(
        @Schema(examples = "Espresso cup, 60 ml")
        @NotBlank
        @Size(max = 200)
        @Pattern(regexp = "\\P{Cntrl}*", message = "must be without control characters")
        String name,

        @Schema(description = "Decimal string, at most two decimals", examples = "5.50")
        @NotNull
        @Pattern(regexp = "\\d{1,10}(\\.\\d{1,2})?", message = "must be an amount such as 5.50")
        String unitPrice,

        @Schema(description = "ISO 4217 code", examples = "EUR")
        @NotNull
        @Pattern(regexp = "[A-Z]{3}", message = "must be an ISO 4217 code such as EUR")
        String currency,

        @Schema(
                description = "Units counted in the warehouse; left out: as it was, 0 for a new product",
                examples = "100")
        @PositiveOrZero
        @Max(Product.MAX_ON_HAND)
        Long onHand) {

    ProductEntry entry(String sku) {
        return new ProductEntry(sku, name, new BigDecimal(unitPrice), currency, onHand);
    }
}
