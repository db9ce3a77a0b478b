package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.outbox.PollLoop.Row;
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

/** Makes of a row the message that the relay makes of it, so that services and broker see no difference. */
final class OutboxMessage {
    private OutboxMessage() {}

    static Message of(Row row) {
        var header = new Header();
        header.setDurable(true);
        if (row.priority() != null) {
            header.setPriority(UnsignedByte.valueOf(row.priority().byteValue()));
        }
        var properties = new Properties();
        properties.setMessageId(row.id().toString());
        properties.setSubject(row.eventType());
        properties.setGroupId(row.aggregateId());
        properties.setContentType(Symbol.valueOf("application/json"));
        properties.setCreationTime(Date.from(row.createdAt()));
        Message message = Proton.message();
        message.setHeader(header);
        message.setProperties(properties);
        message.setApplicationProperties(new ApplicationProperties(attributes(row)));
        if (row.deliverAt() != null) {
            message.setMessageAnnotations(new MessageAnnotations(Map.of(
                    Symbol.valueOf("x-opt-delivery-time"), row.deliverAt().toEpochMilli())));
        }
        message.setBody(new Data(new Binary(row.payload().getBytes(StandardCharsets.UTF_8))));
        return message;
    }

    private static Map<String, Object> attributes(Row row) {
        var attributes = new HashMap<String, Object>();
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
