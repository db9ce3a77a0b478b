package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.DeadLetterRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Looks at dead letters, replays and discards them. */
@Path("/api/dead-letters")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Dead letters", description = "What was given up on, and how it comes back")
@ProblemResponses
public class DeadLetterResource {

    private static final String SOURCES = """
            {"items": [{"source": "orders::inventory", "count": 12, "oldestAt": "2026-01-31T09:30:00Z",
              "perMinute": 0.5, "reasons": {"rejected": 2, "attempts-exhausted": 10}}]}""";

    private static final String DRY_RUN = """
            {"select": {"reason": "rejected", "selector": "tenant = 'acme'"}, "dryRun": true}""";

    private static final String REPLAY = """
            {"select": {"reason": "rejected", "from": "2026-01-31T09:00:00Z", "limit": 1000}, "target": "origin",
             "patch": {"applicationProperties": {"sku": "espresso-cup"}}, "ratePerSecond": 50, "maxReplays": 3,
             "canary": true, "idempotencyKey": "incident-4711"}""";

    private static final String JOB = """
            {"id": "9f0c6e0e-0f57-4a44-9a4e-3a8f6c1e7c11", "source": "orders::inventory", "state": "RUNNING",
             "dryRun": false, "selected": 12, "replayed": 10, "failed": 0, "startedAt": "2026-01-31T10:00:00Z",
             "startedBy": "ada@example.org", "target": "origin", "samples": []}""";

    /** Of a million dead letters with a selector all are read. */
    private static final Duration DRY_RUN_PATIENCE = Duration.ofSeconds(60);

    private final BrokerCalls broker;

    @Inject
    DeadLetterResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @GET
    @Operation(operationId = "listDeadLetterSources", summary = "List the queues and subscriptions with dead letters")
    @APIResponse(
            responseCode = "200",
            description = "One page, by name",
            content =
                    @Content(
                            schema = @Schema(implementation = DeadLetterSourceItem.Page.class),
                            examples = @ExampleObject(name = "sources", value = SOURCES)))
    public CompletionStage<DeadLetterSourceItem.Page> sources(
            @Parameter(description = "The next of the page before", example = "emails") @QueryParam("after")
                    String after,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        int most = Parameters.limit(limit);
        return broker.ask(new DeadLetterRequest.Sources())
                .thenApply(sources -> DeadLetterSourceItem.Page.of(sources, after, most));
    }

    @GET
    @Path("/{source}/messages")
    @Operation(
            operationId = "browseDeadLetters",
            summary = "Look at the dead letters of a queue or subscription",
            description = "With why, when and at whose hands each died, oldest first.")
    @APIResponse(
            responseCode = "200",
            description = "One page; next, if present, is the value of after for the next one",
            content = @Content(schema = @Schema(implementation = DeadLetterItem.Page.class)))
    public CompletionStage<DeadLetterItem.Page> messages(
            @Parameter(description = "A queue, or topic::subscription", example = "orders::inventory")
                    @PathParam("source")
                    String source,
            @Parameter(description = "Where to begin: earliest, latest or an offset", example = "earliest")
                    @QueryParam("from")
                    String from,
            @Parameter(description = "The next of the page before", example = "17") @QueryParam("after") String after,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        return broker.ask(new DeadLetterRequest.Look(source, Parameters.start(from, after), Parameters.limit(limit)))
                .thenApply(DeadLetterItem.Page::of);
    }

    @DELETE
    @Path("/{source}/messages/{id}")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "discardDeadLetter",
            summary = "Let one dead letter go for ever",
            description = "Why is noted in the audit log, with who did it (header From, else the caller's address). The"
                    + " reason may also be given in a body: {\"reason\": …}.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> discard(
            @PathParam("source") String source,
            @Parameter(description = "The broker's own id", example = "4-17") @PathParam("id") String id,
            @Parameter(description = "Why", example = "a test order") @QueryParam("reason") String reason,
            @Context HttpServerRequest request,
            String body) {
        String given = reason == null || reason.isBlank() ? reasonIn(body) : reason;
        return broker.ask(new DeadLetterRequest.Discard(
                source, id, given == null || given.isBlank() ? "no reason was given" : given, Actor.of(request)));
    }

    private static String reasonIn(String body) {
        if (body == null || body.isBlank()) {
            return null;
        }
        JsonFields fields = JsonFields.parse(body);
        String reason = fields.text("reason");
        fields.finish();
        return reason;
    }

    @POST
    @Path("/{source}/replays")
    @Operation(
            operationId = "startReplay",
            summary = "Start a replay job, or try it out",
            description = "Sends the selected dead letters to where they came from (origin: the queue, or the one"
                    + " subscription that gave up on them), or to another address. One job of a source at a time. With"
                    + " canary it sends one, then ten, then the rest, and stops if one of the first is a dead letter"
                    + " again. A patch replaces the body and sets application properties (null removes one).")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = {
                                @ExampleObject(name = "dry run", value = DRY_RUN),
                                @ExampleObject(name = "replay", value = REPLAY),
                                @ExampleObject(name = "all", value = "{\"select\": {}}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "What a dry run found",
            content = @Content(schema = @Schema(implementation = ReplayItem.class)))
    @APIResponse(
            responseCode = "202",
            description = "The job; Location says where to watch it",
            content =
                    @Content(
                            schema = @Schema(implementation = ReplayItem.class),
                            examples = @ExampleObject(name = "job", value = JOB)))
    public CompletionStage<Response> replay(
            @PathParam("source") String source, @Context HttpServerRequest request, JsonNode body) {
        DeadLetterRequest.Replay replay =
                new DeadLetterRequest.Replay(ReplayReader.read(source, body, Actor.of(request)));
        if (replay.request().dryRun()) {
            return broker.ask(replay, DRY_RUN_PATIENCE)
                    .thenApply(view -> Response.ok(ReplayItem.of(view)).build());
        }
        return broker.ask(replay).thenApply(view -> Response.accepted(ReplayItem.of(view))
                .header(HttpHeaders.LOCATION, "/api/replays/" + view.id())
                .build());
    }
}
