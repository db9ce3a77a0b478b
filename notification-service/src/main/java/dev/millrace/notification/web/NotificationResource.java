package dev.millrace.notification.web;

import dev.millrace.notification.application.Notifications;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestQuery;

/** Notifications over HTTP, to look at; they are made by the orders' events. */
@Path("/notifications")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications", description = "What customers were told")
public class NotificationResource {

    private static final int MAX_LIMIT = 1000;

    private final Notifications notifications;

    NotificationResource(Notifications notifications) {
        this.notifications = notifications;
    }

    @GET
    @Operation(
            summary = "The notifications of an order",
            description =
                    "Oldest first; empty if there are none (yet). Without orderId: the newest of all, newest first.")
    @APIResponse(
            responseCode = "400",
            description = "Not an order id, or an impossible limit",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public List<NotificationView> list(
            @Parameter(example = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6") @RestQuery String orderId,
            @Parameter(description = "How many at most, without orderId") @RestQuery @DefaultValue("100") String limit,
            @Context UriInfo query) {
        // An empty orderId arrives here as none; it must not show the orders of others.
        boolean asked = query.getQueryParameters().containsKey("orderId");
        var found = asked ? notifications.ofOrder(uuid(orderId)) : notifications.newest(limit(limit));
        return found.stream().map(NotificationView::of).toList();
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text == null ? "" : text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("orderId", "must be a UUID");
        }
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw new InvalidParameterException("limit", "must be a whole number from 1 to " + MAX_LIMIT);
    }
}
