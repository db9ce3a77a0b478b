package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.BrowsedMessage;
import dev.millrace.broker.core.DestinationView;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Publishes to queues from curl, and looks at their messages without consuming them. */
@Path("/api/queues/{queue}/messages")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
@ProblemResponses
public class QueueMessageResource {

    private static final DestinationView.Kind KIND = DestinationView.Kind.QUEUE;

    private final MessageCalls messages;

    @Inject
    QueueMessageResource(MessageCalls messages) {
        this.messages = messages;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "publishToQueue",
            summary = "Publish a message, or an array of up to 1000",
            description = "Answered when all of them are on disk. Either all are stored or none. A queue that is not"
                    + " there is made, unless the broker makes none.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = @ExampleObject(name = "message", value = MessageCalls.MESSAGE)))
    @APIResponse(
            responseCode = "201",
            description = "Stored",
            content =
                    @Content(
                            schema = @Schema(implementation = MessageCalls.Receipts.class),
                            examples = @ExampleObject(name = "receipts", value = MessageCalls.RECEIPTS)))
    @APIResponse(
            responseCode = "429",
            description = "The queue or the disk is full; Retry-After says when to try again",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "full", value = MessageCalls.FULL)))
    public CompletionStage<Response> publish(@PathParam("queue") String queue, JsonNode body) {
        return messages.publish(KIND, queue, body);
    }

    @GET
    @Operation(
            operationId = "browseQueue",
            summary = "Look at the messages of a queue that are not settled",
            description = "A dead-letter queue (name%2F$deadletterqueue, topic::subscription%2F$deadletterqueue) shows"
                    + " them with their deaths.")
    @APIResponse(
            responseCode = "200",
            description = "One page; next, if present, is the value of after for the next one",
            content = @Content(schema = @Schema(oneOf = {MessageItem.Page.class, DeadLetterItem.Page.class})))
    public CompletionStage<Response> browse(
            @PathParam("queue") String queue,
            @Parameter(description = "Where to begin: earliest, latest, an offset or an instant", example = "earliest")
                    @QueryParam("from")
                    String from,
            @Parameter(description = "The next of the page before", example = "17") @QueryParam("after") String after,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        return messages.browse(KIND, queue, from, after, limit)
                .thenApply(page -> Response.ok(shown(page)).build());
    }

    private static Object shown(BrowsedMessage.Page page) {
        boolean dead = page.items().stream().anyMatch(item -> !item.deaths().isEmpty());
        return dead ? DeadLetterItem.Page.of(page) : MessageItem.Page.of(page);
    }
}
