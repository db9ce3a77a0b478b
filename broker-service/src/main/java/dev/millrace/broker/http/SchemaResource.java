package dev.millrace.broker.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.broker.core.SchemaRequest;
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
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Declares, shows and deletes what the messages of topics have to look like. */
@Path("/api/topics/{topic}/schemas")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Schemas", description = "What messages have to look like")
@ProblemResponses
public class SchemaResource {

    private static final String BODY = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
             "required": ["orderId"], "properties": {"orderId": {"type": "string"}}}""";

    private static final String SCHEMA = """
            {"topic": "orders", "subject": "order.placed", "schema": {"type": "object", "required": ["orderId"],
             "properties": {"orderId": {"type": "string"}}}}""";

    private static final String INCOMPATIBLE = """
            {"type": "urn:millrace:problem:not-allowed", "title": "This cannot be done with that destination",
             "status": 409, "detail": "The schema cannot be replaced: $.sku would be required, which it was not."}""";

    private final BrokerCalls broker;

    @Inject
    SchemaResource(BrokerCalls broker) {
        this.broker = broker;
    }

    @PUT
    @Path("/{subject}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putSchema",
            summary = "Say what a topic's messages of one subject have to look like",
            description =
                    "The body is a JSON Schema (draft 2020-12) without references to others. From now on a message"
                            + " of this subject whose body does not conform is rejected: with amqp:precondition-failed, over HTTP"
                            + " with 422. One that is there can be replaced by one that is compatible in both directions: it may"
                            + " add optional properties, leave out optional ones if others than those named are tolerated, and"
                            + " change what is for people.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            examples = @ExampleObject(name = "schema", value = BODY)))
    @APIResponse(
            responseCode = "200",
            description = "It was there and is this now",
            content =
                    @Content(
                            schema = @Schema(implementation = SchemaItem.class),
                            examples = @ExampleObject(name = "schema", value = SCHEMA)))
    @APIResponse(
            responseCode = "201",
            description = "It is new",
            content =
                    @Content(
                            schema = @Schema(implementation = SchemaItem.class),
                            examples = @ExampleObject(name = "schema", value = SCHEMA)))
    @APIResponse(
            responseCode = "409",
            description = "It is not compatible with the one that is there",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "incompatible", value = INCOMPATIBLE)))
    public CompletionStage<Response> put(
            @PathParam("topic") String topic, @PathParam("subject") String subject, JsonNode body) {
        if (body == null || !body.isObject()) {
            throw new InvalidBodyException(List.of(new Problem.FieldError(
                    "body", "must be a JSON object, not " + (body == null ? "nothing" : JsonFields.shown(body)))));
        }
        return broker.ask(new SchemaRequest.Declare(topic, subject, body.toString()))
                .thenApply(
                        declared -> Response.status(declared.created() ? Response.Status.CREATED : Response.Status.OK)
                                .entity(SchemaItem.of(declared.view()))
                                .build());
    }

    @GET
    @Path("/{subject}")
    @Operation(operationId = "getSchema", summary = "Show a schema")
    @APIResponse(
            responseCode = "200",
            description = "As it was declared",
            content =
                    @Content(
                            schema = @Schema(implementation = SchemaItem.class),
                            examples = @ExampleObject(name = "schema", value = SCHEMA)))
    public CompletionStage<SchemaItem> get(@PathParam("topic") String topic, @PathParam("subject") String subject) {
        return broker.ask(new SchemaRequest.Inspect(topic, subject)).thenApply(SchemaItem::of);
    }

    @DELETE
    @Path("/{subject}")
    @Operation(
            operationId = "deleteSchema",
            summary = "Delete a schema",
            description = "Messages of this subject are taken unchecked from now on. Schemas also go with their topic.")
    @APIResponse(responseCode = "204", description = "It is gone")
    public CompletionStage<Void> delete(@PathParam("topic") String topic, @PathParam("subject") String subject) {
        return broker.ask(new SchemaRequest.Remove(topic, subject));
    }

    @GET
    @Operation(operationId = "listSchemas", summary = "List a topic's schemas", description = "By subject.")
    @APIResponse(
            responseCode = "200",
            description = "One page",
            content = @Content(schema = @Schema(implementation = SchemaItem.Page.class)))
    public CompletionStage<SchemaItem.Page> list(
            @PathParam("topic") String topic,
            @Parameter(description = "How many at most, 1 to 1000; 100 if not given", example = "100")
                    @QueryParam("limit")
                    String limit,
            @Parameter(description = "The next of the page before", example = "order.placed") @QueryParam("after")
                    String after) {
        int most = Parameters.limit(limit);
        return broker.ask(new SchemaRequest.ListAll(topic)).thenApply(views -> SchemaItem.Page.of(views, after, most));
    }
}
