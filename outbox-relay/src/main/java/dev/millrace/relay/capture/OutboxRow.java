package dev.millrace.relay.capture;

import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.connect.data.Struct;

/** One row of the table outbox, as the service wrote it. */
public record OutboxRow(
        UUID id,
        Instant createdAt,
        String destination,
        String aggregateId,
        String eventType,
        String source,
        String payload,
        String traceparent,
        Instant deliverAt,
        Short priority) {

    /**
     * Reads Debezium's image of an inserted row.
     *
     * @throws org.apache.kafka.connect.errors.DataException if the table has not the columns that it must have
     */
    static OutboxRow from(Struct after) {
        String deliverAt = after.getString("deliver_at");
        return new OutboxRow(
                UUID.fromString(after.getString("id")),
                TimestampText.parse(after.getString("created_at")),
                after.getString("destination"),
                after.getString("aggregate_id"),
                after.getString("event_type"),
                after.getString("source"),
                after.getString("payload"),
                after.getString("traceparent"),
                deliverAt == null ? null : TimestampText.parse(deliverAt),
                after.getInt16("priority"));
    }
}
