package dev.millrace.order.web;

import dev.millrace.order.domain.OrderStatus;
import dev.millrace.order.domain.StatusChange;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Data of a server-sent event: a status, and since when. */
@Schema(name = "StatusChange")
public record StatusView(
        UUID orderId,
        OrderStatus status,

        @Schema(description = "Why it was rejected or cancelled; null otherwise", nullable = true)
        String reason,

        Instant at) {

    static StatusView of(StatusChange change) {
        return new StatusView(change.orderId(), change.status(), change.reason().orElse(null), change.changedAt());
    }
}
