package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.RetentionSettings;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
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

/** Declares, shows and deletes topics. */
@Path("/api/topics/{topic}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Topics")
@ProblemResponses
public class TopicResource {

    private static final String SETTINGS = """
            {"retention": {"age": "P7D", "bytes": 0}, "duplicateWindow": "PT10M"}""";

    private static final DestinationView.Kind KIND = DestinationView.Kind.TOPIC;

    private final BrokerCalls broker;

    @Inject
    TopicResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putTopic",
            summary = "Declare a topic, or change its settings",
            description = "Every field has a default; what is left out has it. A change takes effect at once.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SettingsItem.class),
                            examples = @ExampleObject(name = "settings", value = SETTINGS)))
    @APIResponse(responseCode = "200", description = "It was there and has these settings now")
    @APIResponse(responseCode = "201", description = "It is new")
    public CompletionStage<Response> put(@PathParam("topic") String topic, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        RetentionSettings retention = SettingsReader.retention(fields);
        long duplicateWindowMillis = fields.duration("duplicateWindow", 0, 0);
        fields.finish();
        return broker.ask(new AdminRequest.DeclareTopic(topic, retention, duplicateWindowMillis))
                .thenApply(DestinationItem::response);
    }

    @GET
    @Operation(operationId = "getTopic", summary = "Show a topic")
    @APIResponse(
            responseCode = "200",
            description = "Its figures and settings",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> get(@PathParam("topic") String topic) {
        return broker.ask(new AdminRequest.Inspect(KIND, topic)).thenApply(DestinationItem::of);
    }

    @DELETE
    @Operation(
            operationId = "deleteTopic",
            summary = "Delete a topic with its messages, its subscriptions and their dead letters",
            description = "Open links are closed with amqp:resource-deleted. A topic that the configuration declares"
                    + " comes back, empty, at the next start.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> delete(@PathParam("topic") String topic) {
        return broker.ask(new AdminRequest.Delete(KIND, topic));
    }
}
