package dev.millrace.inventory.web;

import dev.millrace.inventory.application.Faults;
import dev.millrace.inventory.domain.Sku;
import io.quarkus.resteasy.reactive.server.EndpointDisabled;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/**
 * Failures on purpose, over HTTP. Without {@code inventory.faults.enabled} there is nothing at this path: nobody but who
 * configures the service can have orders fail (docs/adr/0041-fault-switch.md).
 */
@Path("/faults")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Faults", description = "Orders of a product that fail on purpose; only with INVENTORY_FAULTS=true")
@EndpointDisabled(name = "inventory.faults.enabled", stringValue = "false", disableIfMissing = true)
public class FaultResource {

    private final Faults faults;

    FaultResource(Faults faults) {
        this.faults = faults;
    }

    @GET
    @Operation(summary = "The faults that are switched on")
    public List<FaultView> list() {
        return faults.list().stream().map(FaultView::of).toList();
    }

    @PUT
    @Path("/{sku}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "Let orders of a product fail",
            description = "In this instance, until it is switched off or the service is restarted.")
    @APIResponse(
            responseCode = "400",
            description = "A field is not valid",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "409",
            description = "Too many faults are switched on",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public FaultView put(
            @Parameter(example = "espresso-cup") @RestPath @Pattern(regexp = Sku.PATTERN, message = Sku.EXPECTED)
                    String sku,
            @NotNull(message = "must be a fault") @Valid FaultBody body) {
        var fault = body.fault(sku);
        faults.switchOn(fault);
        return FaultView.of(fault);
    }

    @DELETE
    @Path("/{sku}")
    @Operation(summary = "Let orders of a product be handled again")
    public void delete(@Parameter(example = "espresso-cup") @RestPath String sku) {
        faults.switchOff(sku);
    }
}
