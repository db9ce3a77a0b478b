package dev.millrace.inventory.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.millrace.inventory.domain.ReservationLine;
import dev.millrace.messaging.PermanentFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumedEventsTest {

    private static final Path ORDER_SCHEMAS = Path.of("../order-service/src/main/resources/events");

    private final UUID orderId = UUID.randomUUID();

    @Test
    void orderServicePromisesWhatIsReadHere() throws IOException {
        RecordFitsSchema.check(OrderPlaced.class, ORDER_SCHEMAS.resolve("order.placed.json"));
        RecordFitsSchema.check(OrderCancelled.class, ORDER_SCHEMAS.resolve("order.cancelled.json"));
    }

    @Test
    void anOrderIsReadWhateverElseTheEventHolds() {
        var order = OrderEventSamples.placed(orderId, "cup", 2).dataAs(OrderPlaced.class);

        assertEquals(orderId, order.orderId());
        assertEquals(List.of(ReservationLine.of("cup", 2)), order.demand().lines());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aQuantityBelowOneIsRefusedForEver(long quantity) {
        var event = OrderEventSamples.placed(orderId, "cup", quantity);
        assertThrows(PermanentFailure.class, () -> event.dataAs(OrderPlaced.class));
    }

    @Test
    void anOrderWithoutIdLinesOrSkuIsRefusedForEver() {
        var lines = new JsonArray().add(new JsonObject().put("quantity", 1));
        for (var data : List.of(
                new JsonObject().put("lines", new JsonArray()),
                new JsonObject().put("orderId", orderId.toString()),
                new JsonObject().put("orderId", orderId.toString()).put("lines", new JsonArray()),
                new JsonObject().put("orderId", orderId.toString()).put("lines", lines))) {
            var event = OrderEventSamples.event("order.placed", orderId, data);
            assertThrows(PermanentFailure.class, () -> event.dataAs(OrderPlaced.class), data.encode());
        }
    }
}
