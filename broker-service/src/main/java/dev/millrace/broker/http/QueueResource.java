package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.QueueSettings;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Declares, shows, pauses and deletes queues. Dead-letter queues are queues too, but made and deleted with their source. */
@Path("/api/queues/{queue}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Queues")
@ProblemResponses
public class QueueResource {

    private static final String SETTINGS = """
            {"maxMessages": 100000, "maxBytes": 0, "whenFull": "reject", "maxDeliveryAttempts": 5,
             "backoff": {"initial": "PT0.2S", "multiplier": 2.0, "max": "PT30S", "jitter": 0.2},
             "lockDuration": "PT30S", "duplicateWindow": "PT10M", "deadLetterRetention": "P14D"}""";

    private static final DestinationView.Kind KIND = DestinationView.Kind.QUEUE;

    private final BrokerCalls broker;

    @Inject
    QueueResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putQueue",
            summary = "Declare a queue, or change its settings",
            description = "Every field has a default; what is left out has it. A change takes effect at once.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SettingsItem.class),
                            examples = @ExampleObject(name = "settings", value = SETTINGS)))
    @APIResponse(responseCode = "200", description = "It was there and has these settings now")
    @APIResponse(responseCode = "201", description = "It is new")
    public CompletionStage<Response> put(@PathParam("queue") String queue, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        QueueSettings settings = SettingsReader.queue(fields);
        fields.finish();
        return broker.ask(new AdminRequest.DeclareQueue(queue, settings)).thenApply(DestinationItem::response);
    }

    @GET
    @Operation(operationId = "getQueue", summary = "Show a queue")
    @APIResponse(
            responseCode = "200",
            description = "Its figures and settings",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> get(@PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.Inspect(KIND, queue)).thenApply(DestinationItem::of);
    }

    @DELETE
    @Operation(
            operationId = "deleteQueue",
            summary = "Delete a queue with its messages and dead letters",
            description = "Open links are closed with amqp:resource-deleted. A queue that the configuration declares"
                    + " comes back, empty, at the next start.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> delete(@PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.Delete(KIND, queue));
    }

    @POST
    @Path("/pause")
    @Operation(operationId = "pauseQueue", summary = "Stop the delivery of a queue; it goes on taking messages")
    @APIResponse(
            responseCode = "200",
            description = "Paused",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> pause(@PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.SetPaused(KIND, queue, true)).thenApply(DestinationItem::of);
    }

    @POST
    @Path("/resume")
    @Operation(operationId = "resumeQueue", summary = "Restart the delivery of a queue")
    @APIResponse(
            responseCode = "200",
            description = "Delivering",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> resume(@PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.SetPaused(KIND, queue, false)).thenApply(DestinationItem::of);
    }
}
