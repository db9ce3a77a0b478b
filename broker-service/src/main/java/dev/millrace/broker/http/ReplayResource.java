package dev.millrace.broker.http;

import dev.millrace.broker.core.DeadLetterRequest;
import dev.millrace.broker.core.ReplayView;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Watches and steers replay jobs; {@link DeadLetterResource} starts them. */
@Path("/api/replays")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Replays")
@ProblemResponses
public class ReplayResource {

    private final BrokerCalls broker;

    @Inject
    ReplayResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @GET
    @Operation(
            operationId = "listReplays",
            summary = "List replay jobs, newest first",
            description = "Those that run, and the last 1000 that have ended.")
    @APIResponse(
            responseCode = "200",
            description = "One page; next, if present, is the value of after for the next one",
            content = @Content(schema = @Schema(implementation = ReplayItem.Page.class)))
    public CompletionStage<ReplayItem.Page> list(
            @Parameter(description = "The next of the page before") @QueryParam("after") String after,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        int most = Parameters.limit(limit);
        UUID behind = after == null || after.isEmpty() ? null : id("after", after);
        return broker.ask(new DeadLetterRequest.Replays()).thenApply(views -> ReplayItem.Page.of(views, behind, most));
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getReplay", summary = "Watch a replay job")
    @APIResponse(
            responseCode = "200",
            description = "How it is getting on",
            content = @Content(schema = @Schema(implementation = ReplayItem.class)))
    public CompletionStage<ReplayItem> get(@PathParam("id") String id) {
        return broker.ask(new DeadLetterRequest.InspectReplay(id("id", id))).thenApply(ReplayItem::of);
    }

    @POST
    @Path("/{id}/pause")
    @Operation(operationId = "pauseReplay", summary = "Let a replay job wait")
    @APIResponse(
            responseCode = "200",
            description = "It waits",
            content = @Content(schema = @Schema(implementation = ReplayItem.class)))
    public CompletionStage<ReplayItem> pause(@PathParam("id") String id, @Context HttpServerRequest request) {
        return steer(id, ReplayView.State.PAUSED, request);
    }

    @POST
    @Path("/{id}/resume")
    @Operation(operationId = "resumeReplay", summary = "Let a replay job go on")
    @APIResponse(
            responseCode = "200",
            description = "It runs",
            content = @Content(schema = @Schema(implementation = ReplayItem.class)))
    public CompletionStage<ReplayItem> resume(@PathParam("id") String id, @Context HttpServerRequest request) {
        return steer(id, ReplayView.State.RUNNING, request);
    }

    @POST
    @Path("/{id}/cancel")
    @Operation(
            operationId = "cancelReplay",
            summary = "End a replay job",
            description = "What was sent on stays where it went, the rest stays among the dead letters.")
    @APIResponse(
            responseCode = "200",
            description = "It has ended",
            content = @Content(schema = @Schema(implementation = ReplayItem.class)))
    public CompletionStage<ReplayItem> cancel(@PathParam("id") String id, @Context HttpServerRequest request) {
        return steer(id, ReplayView.State.CANCELLED, request);
    }

    private CompletionStage<ReplayItem> steer(String id, ReplayView.State state, HttpServerRequest request) {
        return broker.ask(new DeadLetterRequest.SteerReplay(id("id", id), state, Actor.of(request)))
                .thenApply(ReplayItem::of);
    }

    private static UUID id(String parameter, String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException(parameter, "must be a UUID, not '" + text + "'");
        }
    }
}
