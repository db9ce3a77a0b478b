package dev.millrace.order.web;

import dev.millrace.order.application.OrderNotFoundException;
import dev.millrace.order.application.OrderQueries;
import dev.millrace.order.application.OrderSettings;
import dev.millrace.order.domain.StatusChange;
import dev.millrace.order.web.StatusSignals.Signal;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestStreamElementType;

/**
 * The status changes of one order as server-sent events. An event's id is the order's revision, so a client that was
 * cut off gets what it missed ({@code Last-Event-ID}), and no change is left out however fast they follow each other.
 */
@Path("/orders/{id}/events")
@Tag(name = "orders")
public class OrderEventStreamResource {

    /** Wakes a stream when nothing else has for a while. */
    private static final Signal HEARTBEAT = new Signal(null);

    private static final int BEFORE_ALL = -1;

    private final OrderQueries queries;
    private final StatusSignals signals;
    private final Duration heartbeat;

    OrderEventStreamResource(OrderQueries queries, StatusSignals signals, OrderSettings settings) {
        this.queries = queries;
        this.signals = signals;
        this.heartbeat = settings.eventStreams().heartbeat();
    }

    /** {@code GET /orders/{id}/events}. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    @Blocking
    @Operation(
            summary = "The order's status changes as they happen",
            description = "Server-sent events named status, the present status first; a comment as heartbeat.")
    @APIResponse(
            responseCode = "200",
            description = "A stream that does not end",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema = @Schema(implementation = StatusView.class)))
    @APIResponse(
            responseCode = "404",
            description = "There is no such order",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Multi<OutboundSseEvent> stream(
            @PathParam("id") @Parameter(description = "The order's id") String id,
            @HeaderParam("Last-Event-ID") @Parameter(description = "The last event that was seen, to go on after it")
                    String lastEventId,
            @Context Sse sse) {
        UUID orderId = Parameters.orderId(id);
        var changes = queries.changesAfter(orderId, BEFORE_ALL);
        if (changes.isEmpty()) {
            throw new OrderNotFoundException(orderId);
        }
        int revision = changes.getLast().revision();
        int seen = Parameters.number("Last-Event-ID", lastEventId, 0, Integer.MAX_VALUE, revision - 1);
        signals.requireRoom();
        return new Stream(orderId, seen, sse).events();
    }

    /** One client's stream. Its beats are handled one after the other. */
    private final class Stream {

        private final UUID orderId;
        private final Sse sse;
        private volatile int seen;

        Stream(UUID orderId, int seen, Sse sse) {
            this.orderId = orderId;
            this.seen = seen;
            this.sse = sse;
        }

        Multi<OutboundSseEvent> events() {
            Multi<Signal> changes = signals.of(orderId);
            Multi<Signal> heartbeats = Multi.createFrom()
                    .ticks()
                    .startingAfter(heartbeat)
                    .every(heartbeat)
                    .onOverflow()
                    .drop()
                    .map(tick -> HEARTBEAT);
            return Multi.createBy()
                    .merging()
                    .streams(changes, heartbeats)
                    .emitOn(Infrastructure.getDefaultWorkerPool())
                    .onItem()
                    .transformToIterable(this::news);
        }

        private List<OutboundSseEvent> news(Signal signal) {
            var changes = changes(signal.change());
            if (changes.isEmpty()) {
                return signal == HEARTBEAT
                        ? List.of(sse.newEventBuilder().comment("heartbeat").build())
                        : List.of();
            }
            seen = changes.getLast().revision();
            return changes.stream().map(this::event).toList();
        }

        /** What is news of an order of which this change is known, if any. Read only if there is more to know. */
        private List<StatusChange> changes(StatusChange known) {
            if (known == null || known.revision() > seen + 1) {
                return queries.changesAfter(orderId, seen);
            }
            return known.revision() == seen + 1 ? List.of(known) : List.of();
        }

        private OutboundSseEvent event(StatusChange change) {
            return sse.newEventBuilder()
                    .id(Integer.toString(change.revision()))
                    .name("status")
                    .data(StatusView.class, StatusView.of(change))
                    .build();
        }
    }
}
