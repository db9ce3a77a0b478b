package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.AdminRequest;
import dev.millrace.broker.core.Selection;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
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

/** Declares, shows and deletes the bindings of topics. */
@Path("/api/topics/{topic}/bindings")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Bindings", description = "Ways from topics into queues")
@ProblemResponses
public class BindingResource {

    private static final String BODY = """
            {"subject": "order.*", "selector": "tenant = 'acme'"}""";

    private static final String BINDING = """
            {"topic": "orders", "queue": "audit", "subject": "order.*", "selector": "tenant = 'acme'", "routed": 0}""";

    private static final String PAGE = """
            {"items": [
              {"topic": "orders", "queue": "audit", "subject": "order.*", "selector": "tenant = 'acme'", "routed": 4711},
              {"topic": "orders", "queue": "everything", "routed": 9001}
            ]}""";

    private final BrokerCalls broker;

    @Inject
    BindingResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @PUT
    @Path("/{queue}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putBinding",
            summary = "Route a topic's messages into a queue, or select others",
            description = "From now on a message that is published to the topic and fits subject (a pattern such as"
                    + " order.* or order.#) and selector (as in Jakarta Messaging) is stored in the queue, too, in the"
                    + " same atomic step; without both, every message is. The queue's bound acts on the topic's"
                    + " publishers. A queue that is not there is created, if destinations are created on first use.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = {
                                @ExampleObject(name = "some", value = BODY),
                                @ExampleObject(name = "all", value = "{}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "It was there and selects this now",
            content =
                    @Content(
                            schema = @Schema(implementation = BindingItem.class),
                            examples = @ExampleObject(name = "binding", value = BINDING)))
    @APIResponse(
            responseCode = "201",
            description = "It is new",
            content =
                    @Content(
                            schema = @Schema(implementation = BindingItem.class),
                            examples = @ExampleObject(name = "binding", value = BINDING)))
    public CompletionStage<Response> put(
            @PathParam("topic") String topic, @PathParam("queue") String queue, JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        Selection selection = new Selection(fields.text("selector"), fields.text("subject"));
        fields.finish();
        return broker.ask(new AdminRequest.Bind(topic, queue, selection)).thenApply(declared -> Response.status(
                        declared.created() ? Response.Status.CREATED : Response.Status.OK)
                .entity(BindingItem.of(declared.view()))
                .build());
    }

    @GET
    @Path("/{queue}")
    @Operation(operationId = "getBinding", summary = "Show a binding")
    @APIResponse(
            responseCode = "200",
            description = "What it selects, and how many messages went this way",
            content =
                    @Content(
                            schema = @Schema(implementation = BindingItem.class),
                            examples = @ExampleObject(name = "binding", value = BINDING)))
    public CompletionStage<BindingItem> get(@PathParam("topic") String topic, @PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.InspectBinding(topic, queue)).thenApply(BindingItem::of);
    }

    @DELETE
    @Path("/{queue}")
    @Operation(
            operationId = "deleteBinding",
            summary = "Delete a binding",
            description = "The queue keeps the messages that it has. Bindings also go with their topic or their queue.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> delete(@PathParam("topic") String topic, @PathParam("queue") String queue) {
        return broker.ask(new AdminRequest.Unbind(topic, queue));
    }

    @GET
    @Operation(operationId = "listBindings", summary = "List a topic's bindings", description = "By queue.")
    @APIResponse(
            responseCode = "200",
            description = "One page",
            content =
                    @Content(
                            schema = @Schema(implementation = BindingItem.Page.class),
                            examples = @ExampleObject(name = "page", value = PAGE)))
    public CompletionStage<BindingItem.Page> list(
            @PathParam("topic") String topic,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "The next of the page before", example = "audit") @QueryParam("after")
                    String after) {
        int most = Parameters.limit(limit);
        return broker.ask(new AdminRequest.ListBindings(topic))
                .thenApply(views -> BindingItem.Page.of(views, after, most));
    }
}
