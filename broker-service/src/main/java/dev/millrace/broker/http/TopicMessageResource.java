package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
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

/** Publishes to topics from curl, and looks at their messages without consuming them. */
@Path("/api/topics/{topic}/messages")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
@ProblemResponses
public class TopicMessageResource {

    private static final DestinationView.Kind KIND = DestinationView.Kind.TOPIC;

    private final MessageCalls messages;

    @Inject
    TopicMessageResource(MessageCalls messages) {
        this.messages = messages;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "publishToTopic",
            summary = "Publish a message, or an array of up to 1000",
            description = "Answered when all of them are on disk. Either all are stored or none. A topic that is not"
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
            responseCode = "422",
            description = "A message does not conform to the schema of its subject",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "429",
            description = "The disk is full, or a queue that is bound to the topic; Retry-After says when to try again",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "full", value = MessageCalls.FULL)))
    public CompletionStage<Response> publish(@PathParam("topic") String topic, JsonNode body) {
        return messages.publish(KIND, topic, body);
    }

    @GET
    @Operation(operationId = "browseTopic", summary = "Look at the messages that a topic keeps")
    @APIResponse(
            responseCode = "200",
            description = "One page; next, if present, is the value of after for the next one",
            content = @Content(schema = @Schema(implementation = MessageItem.Page.class)))
    public CompletionStage<MessageItem.Page> browse(
            @PathParam("topic") String topic,
            @Parameter(description = "Where to begin: earliest, latest, an offset or an instant", example = "earliest")
                    @QueryParam("from")
                    String from,
            @Parameter(description = "The next of the page before", example = "17") @QueryParam("after") String after,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit) {
        return messages.browse(KIND, topic, from, after, limit).thenApply(MessageItem.Page::of);
    }
}
