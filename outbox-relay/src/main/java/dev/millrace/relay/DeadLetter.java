package dev.millrace.relay;

import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.capture.PoisonTable;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An outbox row that was given up on. */
public record DeadLetter(
        @Schema(description = "The event's id, its message-id too", examples = "0199f3a1-2b7c-7d3e-9a4f-5c6d7e8f9a0b")
        UUID id,

        @Schema(examples = "orders") String destination,

        @Schema(description = "The ordering key") String aggregateId,

        @Schema(examples = "order.placed") String type,

        @Schema(description = "The event's body as it is in the row")
        String payload,

        Instant createdAt,

        @Schema(
                description = "AMQP error condition, or malformed-row if the relay did not even try",
                examples = "amqp:link:message-size-exceeded")
        String condition,

        @Schema(description = "What the broker said") String error,

        @Schema(description = "When it was given up on") Instant failedAt) {

    static DeadLetter of(PoisonTable.Entry entry) {
        OutboxRow row = entry.poison().row();
        return new DeadLetter(
                row.id(),
                row.destination(),
                row.aggregateId(),
                row.eventType(),
                row.payload(),
                row.createdAt(),
                entry.poison().condition(),
                entry.poison().error(),
                entry.failedAt());
    }
}
