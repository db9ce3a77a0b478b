package dev.millrace.notification.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.messaging.PermanentFailure;
import dev.millrace.notification.application.EmailJob;
import dev.millrace.notification.domain.NotificationKind;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumedEventsTest {

    private static final Path ORDER_SCHEMAS = Path.of("../order-service/src/main/resources/events");
    private static final Path OWN_SCHEMAS = Path.of("src/main/resources/events");

    private final UUID orderId = UUID.randomUUID();

    @Test
    void orderServicePromisesWhatIsReadHere() throws IOException {
        RecordFitsSchema.check(OrderFinished.class, ORDER_SCHEMAS.resolve("order.rejected.json"));
        RecordFitsSchema.check(OrderFinished.class, ORDER_SCHEMAS.resolve("order.cancelled.json"));
    }

    @Test
    void aConfirmationNeedsNoReason() throws IOException {
        RecordFitsSchema.check(ConfirmedOrder.class, ORDER_SCHEMAS.resolve("order.confirmed.json"));
        var confirmed = EventSamples.order("order.confirmed", orderId, "ada@example.org", null)
                .dataAs(OrderFinished.class)
                .as(NotificationKind.ORDER_CONFIRMED);
        assertEquals(orderId, confirmed.orderId());
        assertEquals("ada@example.org", confirmed.recipient());
    }

    @Test
    void ownJobsPromiseWhatIsReadHere() throws IOException {
        RecordFitsSchema.check(EmailJob.class, OWN_SCHEMAS.resolve("email.requested.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"orderId", "customer", "lines", "total", "currency"})
    void anOrderThatLacksAFieldIsRefusedForEver(String field) {
        var complete = EventSamples.order("order.confirmed", orderId, "ada@example.org", null);
        var data = new JsonObject(new String(complete.data()));
        data.remove(field);
        var event = EventSamples.event("order.confirmed", "/order-service", orderId, data);

        assertThrows(PermanentFailure.class, () -> event.dataAs(OrderFinished.class));
    }

    /** {@link OrderFinished} as far as a confirmation fills it. */
    private record ConfirmedOrder(
            UUID orderId,
            OrderFinished.Customer customer,
            java.util.List<OrderFinished.Line> lines,
            String total,
            String currency) {}
}
