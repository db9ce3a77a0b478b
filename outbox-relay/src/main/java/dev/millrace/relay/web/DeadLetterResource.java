package dev.millrace.relay.web;

import dev.millrace.relay.DeadLetter;
import dev.millrace.relay.SourceRelay;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rows that can never be sent as they are, until what stood in the way is mended and somebody has them tried again. */
@Path("/relay/{source}/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "dead letters", description = "Outbox rows that were given up on")
public class DeadLetterResource {
    private static final int MAX_LIMIT = 1_000;

    private final Sources sources;

    DeadLetterResource(Sources sources) {
        this.sources = sources;
    }

    @GET
    @Operation(operationId = "listDeadLetters", summary = "Rows that were given up on, oldest first")
    @APIResponse(
            responseCode = "200",
            description = "One page",
            content = @Content(schema = @Schema(implementation = DeadLetterPage.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such source",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public DeadLetterPage list(
            @Parameter(description = "Name of the source", example = "order") @PathParam("source") String source,
            @Parameter(description = "Rows at most, 1 to 1000") @DefaultValue("100") @QueryParam("limit") String limit,
            @Parameter(description = "next of the page before") @QueryParam("after") String after) {
        SourceRelay relay = sources.named(source);
        int rows = number(limit);
        UUID start =
                after == null ? null : id(after).orElseThrow(() -> new BadRequestException("after is no id: " + after));
        List<DeadLetter> items = Sources.inDatabase(source, () -> relay.deadLetters(start, rows));
        return new DeadLetterPage(
                items, items.size() < rows ? null : items.getLast().id().toString());
    }

    @POST
    @Path("/{id}/replay")
    @Operation(
            operationId = "replayDeadLetter",
            summary = "Try one row again",
            description = "It is sent with its own message-id, beside the stream. Refused again, it comes back here. "
                    + "While the source is paused it waits.")
    @APIResponse(responseCode = "202", description = "It is on its way")
    @APIResponse(
            responseCode = "404",
            description = "There is no such source or row",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Response replay(
            @Parameter(description = "Name of the source", example = "order") @PathParam("source") String source,
            @Parameter(description = "The row's id") @PathParam("id") String id) {
        SourceRelay relay = sources.named(source);
        boolean found = id(id).isPresent() && Sources.inDatabase(source, () -> relay.replay(id(id).orElseThrow()));
        if (!found) {
            throw new NotFoundException("no dead letter '%s' of source '%s'".formatted(id, source));
        }
        return Response.accepted().build();
    }

    private static int number(String limit) {
        try {
            int value = Integer.parseInt(limit);
            if (value >= 1 && value <= MAX_LIMIT) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Answered below.
        }
        throw new BadRequestException("limit is %s, expected 1 to %d".formatted(limit, MAX_LIMIT));
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
