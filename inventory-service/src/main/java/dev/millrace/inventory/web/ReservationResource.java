package dev.millrace.inventory.web;

import dev.millrace.inventory.application.Reservations;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestPath;

/** Reservations over HTTP, to look at; they are made and ended by the orders' events. */
@Path("/reservations")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Reservations", description = "The stock of each order")
public class ReservationResource {

    private final Reservations reservations;

    ReservationResource(Reservations reservations) {
        this.reservations = reservations;
    }

    @GET
    @Path("/{orderId}")
    @Operation(summary = "What became of an order's stock")
    @APIResponseSchema(ReservationView.class)
    @APIResponse(
            responseCode = "400",
            description = "Not an order id",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "404",
            description = "Inventory knows no such order (yet)",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public ReservationView get(@Parameter(example = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6") @RestPath String orderId) {
        UUID id = uuid(orderId);
        return reservations.find(id).map(ReservationView::of).orElseThrow(() -> new ReservationUnknownException(id));
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("orderId", "must be a UUID");
        }
    }
}
