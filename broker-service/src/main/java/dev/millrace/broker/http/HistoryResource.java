package dev.millrace.broker.http;

import dev.millrace.broker.history.HistoryReader;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells the life of one message. */
@Path("/api/messages/{messageId}/history")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages")
public class HistoryResource {

    private static final String HISTORY = """
            {"items": [
              {"at": "2026-01-31T09:30:00.250Z", "event": "stored", "destination": "emails"},
              {"at": "2026-01-31T09:30:00.251Z", "event": "delivered", "destination": "emails", "attempt": 1,
               "container": "notification-service", "link": "emails"},
              {"at": "2026-01-31T09:30:00.290Z", "event": "failed", "destination": "emails", "attempt": 1,
               "container": "notification-service", "link": "emails", "detail": "mailbox unavailable"},
              {"at": "2026-01-31T09:30:00.502Z", "event": "delivered", "destination": "emails", "attempt": 2,
               "container": "notification-service", "link": "emails"},
              {"at": "2026-01-31T09:30:00.530Z", "event": "settled", "destination": "emails", "attempt": 2,
               "container": "notification-service", "link": "emails"}
            ]}""";

    private static final String OFF = """
            {"type": "urn:millrace:problem:no-histories", "title": "No histories are kept", "status": 404,
             "detail": "This broker keeps no histories of messages (broker.history.max-bytes)."}""";

    private final HistoryReader histories;

    @Inject
    HistoryResource(HistoryReader histories) {
        this.histories = histories;
    }

    @GET
    @Operation(
            operationId = "messageHistory",
            summary = "Tell what happened to a message",
            description =
                    "From publication to settlement with every attempt, also after the message is gone, for as long"
                            + " as broker.history.retention and broker.history.max-bytes allow. Of an id that is not known, or no"
                            + " longer, there are no events. At most the newest 1000 are shown. What happened in the last moments"
                            + " before a crash may be told though it did not last.")
    @APIResponse(
            responseCode = "200",
            description = "All events that are known, oldest first",
            content =
                    @Content(
                            schema = @Schema(implementation = HistoryPage.class),
                            examples = @ExampleObject(name = "history", value = HISTORY)))
    @APIResponse(
            responseCode = "404",
            description = "This broker keeps no histories",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Problem.class),
                            examples = @ExampleObject(name = "off", value = OFF)))
    public Response history(
            @Parameter(
                            description = "The message-id; one that is not a string as AMQP_ULONG:…, AMQP_UUID:… or"
                                    + " AMQP_BINARY:… (hexadecimal)",
                            example = "0f8b2f0e-6d8e-4c53-9d0f-0c8a3b8f2a11")
                    @PathParam("messageId")
                    String messageId) {
        return histories
                .find(messageId)
                .map(found -> Response.ok(HistoryPage.of(found)).build())
                .orElseGet(() -> Problem.of(
                                "no-histories",
                                "No histories are kept",
                                404,
                                "This broker keeps no histories of messages (broker.history.max-bytes).")
                        .toResponse());
    }
}
