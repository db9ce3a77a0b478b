package dev.millrace.relay.web;

import dev.millrace.relay.SourceRelay;
import dev.millrace.relay.SourceReport;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /relay}: how each source stands, and its pause. */
@Path("/relay")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "relay", description = "Change data capture from each service's outbox to the broker")
public class RelayResource {
    private final Sources sources;

    RelayResource(Sources sources) {
        this.sources = sources;
    }

    @GET
    @Operation(
            operationId = "listSources",
            summary = "State, position, lag and counts of every source",
            description =
                    "Asks each source database at the moment of the call; of one that is away, what was known last.")
    @APIResponse(
            responseCode = "200",
            description = "One object per source, in the order of their names",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = SourceReport.class)))
    public List<SourceReport> sources() {
        return sources.all().stream().map(SourceRelay::report).toList();
    }

    @POST
    @Path("/{source}/pause")
    @Operation(
            operationId = "pauseSource",
            summary = "Stop relaying a source until it is resumed",
            description = "The batch under way is finished. The slot stays taken and holds the log back meanwhile. "
                    + "Pausing twice is the same as once. The pause outlasts a restart of the relay.")
    @APIResponse(
            responseCode = "200",
            description = "It is paused",
            content = @Content(schema = @Schema(implementation = SourceReport.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such source",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "The source's database is away; nothing has changed",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public SourceReport pause(
            @Parameter(description = "Name of the source", example = "order") @PathParam("source") String source) {
        return change(source, SourceRelay::pause);
    }

    @POST
    @Path("/{source}/resume")
    @Operation(
            operationId = "resumeSource",
            summary = "Go on relaying a paused source",
            description = "Resuming what is not paused does nothing.")
    @APIResponse(
            responseCode = "200",
            description = "It is not paused",
            content = @Content(schema = @Schema(implementation = SourceReport.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such source",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "503",
            description = "The source's database is away; nothing has changed",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public SourceReport resume(
            @Parameter(description = "Name of the source", example = "order") @PathParam("source") String source) {
        return change(source, SourceRelay::resume);
    }

    private SourceReport change(String name, Change change) {
        SourceRelay source = sources.named(name);
        Sources.inDatabase(name, () -> {
            change.on(source);
            return null;
        });
        return source.report();
    }

    private interface Change {
        void on(SourceRelay source) throws SQLException;
    }
}
