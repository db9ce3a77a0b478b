package dev.millrace.broker.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
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

    private static final String PAGE = """
            {"items": [
              {"kind": "queue", "name": "emails", "depth": 12, "inFlight": 3, "scheduled": 1,
               "deadLetters": 0, "oldestAgeSeconds": 0.25, "lag": 12, "arrivalRate": 40.0, "settleRate": 39.5,
               "failureRate": 0.5, "consumers": 2, "paused": false, "workersNeeded": 2,
               "settings": {"maxMessages": 10000000, "maxBytes": 0, "whenFull": "block", "maxDeliveryAttempts": 5,
                "backoff": {"initial": "PT0.2S", "multiplier": 2.0, "max": "PT30S", "jitter": 0.2},
                "lockDuration": "PT30S", "duplicateWindow": "PT0S", "deadLetterRetention": "PT336H"}},
              {"kind": "topic", "name": "orders", "depth": 4810, "inFlight": 0, "scheduled": 0,
               "deadLetters": 0, "oldestAgeSeconds": 86400.0, "lag": 0, "arrivalRate": 40.0, "settleRate": 0.0,
               "failureRate": 0.0, "consumers": 0, "paused": false, "workersNeeded": 0,
               "settings": {"duplicateWindow": "PT10M", "retention": {"age": "PT168H", "bytes": 0}}}
            ], "next": "orders"}""";

    private static final String INVALID = """
            {"type": "urn:millrace:problem:invalid-request", "title": "The request is not valid", "status": 400,
             "detail": "1 field is wrong",
             "errors": [{"field": "limit", "message": "must be between 1 and 1000"}]}""";

    private static final String BUSY = """
            {"type": "urn:millrace:problem:broker-busy", "title": "The broker does not answer", "status": 503,
             "detail": "no answer within 2 s"}""";

    private final BrokerCalls broker;

    @Inject
    DestinationResource(BrokerCalls broker) {
        this.broker = broker;
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
        int most = Parameters.limit(limit);
        return broker.describe().thenApply(views -> DestinationPage.of(views, after, most));
    }
}
