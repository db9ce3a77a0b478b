package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.StartAt;
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

/** Declares, shows, moves, pauses and deletes the durable subscriptions of topics. */
@Path("/api/topics/{topic}/subscriptions/{subscription}")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Subscriptions")
@ProblemResponses
public class SubscriptionResource {

    private static final String SETTINGS = """
            {"from": "earliest", "subject": "order.#", "selector": "tenant = 'acme'", "maxDeliveryAttempts": 20, "backoff": {"max": "PT15S"}, "lockDuration": "PT2M"}""";

    private static final DestinationView.Kind KIND = DestinationView.Kind.SUBSCRIPTION;
    private static final String SEPARATOR = "::";

    private final BrokerCalls broker;

    @Inject
    SubscriptionResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putSubscription",
            summary = "Declare a subscription, or change its settings",
            description = "from says where a new one starts: \"earliest\", \"latest\" (if it is left out), an offset or"
                    + " an instant; of one that is there it changes nothing. selector (as in Jakarta Messaging) and"
                    + " subject (a pattern such as order.* or order.#) say which messages it wants. The other fields"
                    + " are a queue's; what is left out has its default, which for maxMessages is 0: no bound but the topic's"
                    + " retention. At the bound of one that blocks or rejects its topic takes no more, for anybody.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = SettingsItem.class),
                            examples = @ExampleObject(name = "settings", value = SETTINGS)))
    @APIResponse(responseCode = "200", description = "It was there and has these settings now")
    @APIResponse(responseCode = "201", description = "It is new")
    public CompletionStage<Response> put(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        StartAt from = SettingsReader.startAt(fields, "from", StartAt.LATEST);
        QueueSettings settings = SettingsReader.subscription(fields);
        Selection selection = new Selection(fields.text("selector"), fields.text("subject"));
        fields.finish();
        return broker.ask(new AdminRequest.DeclareSubscription(topic, subscription, from, settings, selection))
                .thenApply(DestinationItem::response);
    }

    @GET
    @Operation(operationId = "getSubscription", summary = "Show a subscription")
    @APIResponse(
            responseCode = "200",
            description = "Its figures and settings",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> get(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription) {
        return broker.ask(new AdminRequest.Inspect(KIND, topic + SEPARATOR + subscription))
                .thenApply(DestinationItem::of);
    }

    @DELETE
    @Operation(
            operationId = "deleteSubscription",
            summary = "Delete a subscription with its dead letters",
            description = "Open links are closed with amqp:resource-deleted. The topic keeps its messages.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> delete(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription) {
        return broker.ask(new AdminRequest.Delete(KIND, topic + SEPARATOR + subscription));
    }

    @POST
    @Path("/seek")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "seekSubscription",
            summary = "Let a subscription read its topic anew from somewhere",
            description = "What it had settled from there on comes again. What consumers hold is taken from them: a"
                    + " settlement that comes later is ignored.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = {
                                @ExampleObject(name = "all", value = "{\"to\": \"earliest\"}"),
                                @ExampleObject(name = "offset", value = "{\"to\": 4711}"),
                                @ExampleObject(name = "time", value = "{\"to\": \"2026-01-31T09:30:00Z\"}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "It reads from there",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> seek(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        StartAt to = SettingsReader.startAt(fields, "to", null);
        if (fields.node("to") == null) {
            fields.wrong("to", "is missing; expected " + SettingsReader.EXPECTED_START);
        }
        fields.finish();
        return broker.ask(new AdminRequest.Seek(topic + SEPARATOR + subscription, to))
                .thenApply(DestinationItem::of);
    }

    @POST
    @Path("/pause")
    @Operation(operationId = "pauseSubscription", summary = "Stop the delivery of a subscription")
    @APIResponse(
            responseCode = "200",
            description = "Paused",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> pause(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription) {
        return setPaused(topic, subscription, true);
    }

    @POST
    @Path("/resume")
    @Operation(operationId = "resumeSubscription", summary = "Restart the delivery of a subscription")
    @APIResponse(
            responseCode = "200",
            description = "Delivering",
            content = @Content(schema = @Schema(implementation = DestinationItem.class)))
    public CompletionStage<DestinationItem> resume(
            @PathParam("topic") String topic, @PathParam("subscription") String subscription) {
        return setPaused(topic, subscription, false);
    }

    private CompletionStage<DestinationItem> setPaused(String topic, String subscription, boolean paused) {
        return broker.ask(new AdminRequest.SetPaused(KIND, topic + SEPARATOR + subscription, paused))
                .thenApply(DestinationItem::of);
    }
}
