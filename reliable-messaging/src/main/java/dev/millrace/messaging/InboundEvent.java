package dev.millrace.messaging;

import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * An event that arrived, its envelope checked.
 *
 * @param id CloudEvents id; the same at every delivery of the event
 * @param type CloudEvents type, e.g. {@code order.placed}
 * @param source CloudEvents source, e.g. {@code /order-service}
 * @param key the ordering key (AMQP group-id), the aggregate's id; null if the sender gave none
 * @param time CloudEvents time, when the event happened
 * @param traceparent W3C trace context; null if the sender gave none
 * @param data the body, JSON; not to be changed
 */
public record InboundEvent(
        UUID id, String type, String source, String key, Instant time, String traceparent, byte[] data) {

    /**
     * The event in a message of an AMQP channel.
     *
     * @throws PermanentFailure if it is no event: an attribute is missing or garbled, or there is no body
     */
    public static InboundEvent from(Message<?> message) {
        return message.getMetadata(InboundEvent.class).orElseGet(() -> AmqpEnvelope.read(message));
    }

    /**
     * The body as a consumer's own record; JSON fields that the record does not have are ignored.
     *
     * @throws PermanentFailure if the body is not JSON, does not fit the record, or the record refuses its values
     */
    public <T> T dataAs(Class<T> type) {
        T value;
        try {
            value = EventJson.MAPPER.readValue(data, type);
        } catch (IOException e) {
            throw new PermanentFailure("the body of " + this + " does not fit " + type.getSimpleName(), e);
        }
        if (value == null) {
            throw new PermanentFailure("the body of " + this + " is null");
        }
        return value;
    }

    /** Type, id and key: enough to find it, without its data. */
    @Override
    public String toString() {
        return type + " " + id + " (key " + key + ")";
    }
}
