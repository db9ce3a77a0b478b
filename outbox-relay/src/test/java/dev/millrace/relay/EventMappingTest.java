package dev.millrace.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.relay.capture.OutboxRow;
import dev.millrace.relay.publish.Outgoing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.Test;

class EventMappingTest {
    private static final UUID ID = UUID.fromString("0199aa00-0000-7000-8000-000000000001");
    private static final Instant CREATED = Instant.parse("2026-11-20T10:15:30.123456Z");
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static OutboxRow row(String destination, String traceparent, Instant deliverAt, Integer priority) {
        return new OutboxRow(
                ID,
                CREATED,
                destination,
                "order-7",
                "order.placed",
                "/order-service",
                "{\"name\":\"Käse\"}",
                traceparent,
                deliverAt,
                priority == null ? null : priority.shortValue());
    }

    @Test
    void mapsEveryColumn() {
        Outgoing outgoing = EventMapping.toMessage(row("orders", TRACE, CREATED.plusSeconds(30), 7));
        Message message = outgoing.message();
        byte[] body = "{\"name\":\"Käse\"}".getBytes(StandardCharsets.UTF_8);

        assertEquals("orders", outgoing.destination());
        assertEquals("order-7", outgoing.orderingKey());
        assertEquals(body.length, outgoing.bodyBytes());
        assertTrue(message.isDurable());
        assertEquals(7, message.getPriority());
        assertEquals(ID.toString(), message.getMessageId());
        assertEquals("order.placed", message.getSubject());
        assertEquals("order-7", message.getGroupId());
        assertEquals("application/json", message.getContentType());
        assertEquals(Date.from(CREATED), message.getProperties().getCreationTime());
        assertEquals(
                Map.of(
                        "cloudEvents:specversion",
                        "1.0",
                        "cloudEvents:id",
                        ID.toString(),
                        "cloudEvents:source",
                        "/order-service",
                        "cloudEvents:type",
                        "order.placed",
                        "cloudEvents:time",
                        "2026-11-20T10:15:30.123456Z",
                        "traceparent",
                        TRACE),
                message.getApplicationProperties().getValue());
        assertEquals(
                Map.of(
                        Symbol.valueOf("x-opt-delivery-time"),
                        CREATED.plusSeconds(30).toEpochMilli()),
                message.getMessageAnnotations().getValue());
        assertArrayEquals(body, ((Data) message.getBody()).getValue().getArray());
    }

    @Test
    void leavesOutWhatIsNull() {
        Message message =
                EventMapping.toMessage(row("orders", null, null, null)).message();
        assertNull(message.getMessageAnnotations());
        assertNull(message.getHeader().getPriority());
        assertEquals(5, message.getApplicationProperties().getValue().size());
    }

    @Test
    void refusesWhatCannotBeSent() {
        assertEquals(
                "destination is empty",
                assertThrows(MalformedRowException.class, () -> EventMapping.toMessage(row(" ", null, null, null)))
                        .getMessage());
        assertEquals(
                "priority is 10, expected 0 to 9",
                assertThrows(MalformedRowException.class, () -> EventMapping.toMessage(row("orders", null, null, 10)))
                        .getMessage());
    }
}
