package dev.millrace.relay;

import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.publish.Outgoing;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedByte;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Header;
import org.apache.qpid.proton.amqp.messaging.MessageAnnotations;
import org.apache.qpid.proton.amqp.messaging.Properties;
import org.apache.qpid.proton.message.Message;

/**
 * Makes the AMQP message of an outbox row: CloudEvents 1.0 in binary mode, with the prefix {@code cloudEvents:} (the
 * only one that SmallRye's connector reads).
 *
 * <p>The same row always gives the same bytes: a repetition after a crash is told by its message-id and must not differ.
 */
final class EventMapping {
    private static final Symbol JSON = Symbol.valueOf("application/json");
    private static final Symbol DELIVERY_TIME = Symbol.valueOf("x-opt-delivery-time");
    private static final int HIGHEST_PRIORITY = 9;

    private EventMapping() {}

    /** @throws MalformedRowException if no message can be made of it */
    static Outgoing toMessage(OutboxRow row) {
        check(row);
        byte[] body = row.payload().getBytes(StandardCharsets.UTF_8);
        Message message = Proton.message();
        message.setHeader(header(row));
        message.setProperties(properties(row));
        message.setApplicationProperties(new ApplicationProperties(attributes(row)));
        if (row.deliverAt() != null) {
            message.setMessageAnnotations(
                    new MessageAnnotations(Map.of(DELIVERY_TIME, row.deliverAt().toEpochMilli())));
        }
        message.setBody(new Data(new Binary(body)));
        return new Outgoing(row.destination(), row.aggregateId(), message, body.length);
    }

    private static void check(OutboxRow row) {
        required("destination", row.destination());
        required("aggregate_id", row.aggregateId());
        required("event_type", row.eventType());
        required("source", row.source());
        required("payload", row.payload());
        if (row.priority() != null && (row.priority() < 0 || row.priority() > HIGHEST_PRIORITY)) {
            throw new MalformedRowException("priority is %d, expected 0 to 9".formatted(row.priority()));
        }
    }

    private static void required(String column, String value) {
        if (value == null || value.isBlank()) {
            throw new MalformedRowException(column + " is empty");
        }
    }

    private static Header header(OutboxRow row) {
        var header = new Header();
        header.setDurable(true);
        if (row.priority() != null) {
            header.setPriority(UnsignedByte.valueOf(row.priority().byteValue()));
        }
        return header;
    }

    private static Properties properties(OutboxRow row) {
        var properties = new Properties();
        properties.setMessageId(row.id().toString());
        properties.setSubject(row.eventType());
        properties.setGroupId(row.aggregateId());
        properties.setContentType(JSON);
        properties.setCreationTime(Date.from(row.createdAt()));
        return properties;
    }

    private static Map<String, Object> attributes(OutboxRow row) {
        var attributes = new HashMap<String, Object>(8);
        attributes.put("cloudEvents:specversion", "1.0");
        attributes.put("cloudEvents:id", row.id().toString());
        attributes.put("cloudEvents:source", row.source());
        attributes.put("cloudEvents:type", row.eventType());
        attributes.put("cloudEvents:time", row.createdAt().toString());
        if (row.traceparent() != null) {
            attributes.put("traceparent", row.traceparent());
        }
        return attributes;
    }
}
