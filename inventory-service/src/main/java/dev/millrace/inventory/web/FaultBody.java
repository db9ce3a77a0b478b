package dev.millrace.inventory.web;

import dev.millrace.inventory.application.Fault;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The body of {@code PUT /faults/{sku}}. */
@Schema(description = "How orders of a product are to fail")
public record FaultBody(
        @Schema(description = "PERMANENT: dead-lettered at once; TRANSIENT: tried again first", examples = "PERMANENT")
        @NotNull
        Fault.Kind kind,

        @Schema(description = "What the failure says", examples = "the shelf of espresso-cup has collapsed")
        @Size(min = 1, max = 200)
        @Pattern(regexp = "\\P{Cntrl}*", message = "must be without control characters")
        String message) {

    Fault fault(String sku) {
        return new Fault(sku, kind, message == null ? "a fault is switched on for " + sku : message);
    }
}
