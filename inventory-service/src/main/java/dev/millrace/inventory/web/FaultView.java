package dev.millrace.inventory.web;

import dev.millrace.inventory.application.Fault;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A fault that is switched on. */
@Schema(description = "A fault that is switched on")
public record FaultView(
        @Schema(examples = "espresso-cup") String sku,
        @Schema(examples = "PERMANENT") Fault.Kind kind,

        @Schema(examples = "the shelf of espresso-cup has collapsed")
        String message) {

    static FaultView of(Fault fault) {
        return new FaultView(fault.sku(), fault.kind(), fault.message());
    }
}
