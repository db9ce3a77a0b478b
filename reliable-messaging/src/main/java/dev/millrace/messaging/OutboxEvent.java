package dev.millrace.messaging;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * One event to publish.
 *
 * @param id the event's id, UUID version 7; becomes the CloudEvents id and the AMQP message-id
 * @param destination the broker's address, a topic or a queue
 * @param aggregateId the ordering key: events of one aggregate arrive one at a time and in order
 * @param type lower-case dotted, e.g. {@code order.placed}
 * @param payload written as JSON
 * @param deliverAt not delivered before this moment; null: at once
 * @param priority 0 to 9, higher first; null: the broker's default of 4
 */
public record OutboxEvent(
        UUID id,
        String destination,
        String aggregateId,
        String type,
        Object payload,
        Instant deliverAt,
        Integer priority) {

    public OutboxEvent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(aggregateId, "aggregateId");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(payload, "payload");
        if (priority != null && (priority < 0 || priority > 9)) {
            throw new IllegalArgumentException("priority must be 0 to 9, is " + priority);
        }
    }

    /** A new event with a new id, to be delivered at once with the default priority. */
    public static OutboxEvent of(String destination, String type, String aggregateId, Object payload) {
        return new OutboxEvent(EventIds.next(), destination, aggregateId, type, payload, null, null);
    }

    /** The same event, held back by the broker until the given moment. */
    public OutboxEvent deliverAt(Instant moment) {
        return new OutboxEvent(id, destination, aggregateId, type, payload, moment, priority);
    }

    /** The same event with a priority of 0 to 9. */
    public OutboxEvent priority(int value) {
        return new OutboxEvent(id, destination, aggregateId, type, payload, deliverAt, value);
    }
}
