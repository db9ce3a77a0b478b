package dev.millrace.broker.http;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.engine.CommandSink;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists queues, topics and subscriptions with their figures. */
@Path("/api/destinations")
@Tag(name = "Destinations", description = "Queues, topics and subscriptions")
public class DestinationResource {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final String PAGE = """
            {"items": [
              {"kind": "queue", "name": "emails", "depth": 12, "inFlight": 3, "scheduled": 1,
               "deadLetters": 0, "oldestAgeSeconds": 0.25, "consumers": 2},
              {"kind": "topic", "name": "orders", "depth": 4810, "inFlight": 0, "scheduled": 0,
               "deadLetters": 0, "oldestAgeSeconds": 0.0, "consumers": 0}
            ], "next": "orders"}""";

    private static final String INVALID = """
            {"type": "urn:millrace:problem:invalid-request", "title": "The request is not valid", "status": 400,
             "detail": "1 field is wrong",
             "errors": [{"field": "limit", "message": "must be between 1 and 1000"}]}""";

    private static final String BUSY = """
            {"type": "urn:millrace:problem:broker-busy", "title": "The broker does not answer", "status": 503,
             "detail": "no answer within 2 s"}""";

    private final CommandSink commands;
    private final Duration patience;

    @Inject
    DestinationResource(CommandSink commands) {
        this(commands, PATIENCE);
    }

    DestinationResource(CommandSink commands, Duration patience) {
        this.commands = commands;
        this.patience = patience;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "listDestinations",
            summary = "List all queues, topics and subscriptions",
            description = "With what waits in them, what is in flight and how old the oldest message is, by name.")
    @APIResponse(
            responseCode = "200",
            description = "One page",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DestinationPage.class),
                            examples = @ExampleObject(name = "page", value = PAGE)))
    @APIResponse(
            responseCode = "400",
            description = "A parameter cannot be read",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "invalid", value = INVALID)))
    @APIResponse(
            responseCode = "503",
            description = "The broker does not answer in time; Retry-After says when to ask again",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "busy", value = BUSY)))
    public CompletionStage<DestinationPage> list(
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "The next of the page before", example = "orders::inventory") @QueryParam("after")
                    String after) {
        int most = limit(limit);
        CompletableFuture<List<DestinationView>> answer = new CompletableFuture<>();
        commands.submit(new Command.Describe(answer));
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(this::busy)
                .thenApply(views -> DestinationPage.of(views, after, most));
    }

    private List<DestinationView> busy(Throwable failure) {
        if (failure instanceof TimeoutException) {
            throw new BrokerBusyException("no answer within " + patience.toMillis() / 1_000.0 + " s");
        }
        throw new CompletionException(failure);
    }

    /** By hand: what JAX-RS cannot convert it answers with 404, without saying which parameter it was. */
    private static int limit(String text) {
        if (text == null || text.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            throw new InvalidParameterException("limit", "must be a whole number");
        }
        throw new InvalidParameterException("limit", "must be between 1 and " + MAX_LIMIT);
    }
}
