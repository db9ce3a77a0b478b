package dev.millrace.order.messaging;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.messaging.InboundEvent;
import dev.millrace.messaging.PermanentFailure;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the records that this service reads events into against the schemas of those who write them. */
class ProducersPromiseTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<Arguments> consumed() {
        return Stream.of(
                Arguments.of("inventory-service", "stock.reserved", StockConsumer.StockReserved.class),
                Arguments.of("inventory-service", "stock.refused", StockConsumer.StockRefused.class),
                Arguments.of("inventory-service", "product.changed", ProductsConsumer.ProductChanged.class),
                Arguments.of("order-service", "order.timeout-due", TimeoutConsumer.TimeoutDue.class));
    }

    @ParameterizedTest
    @MethodSource("consumed")
    void everyFieldThatIsReadIsPromised(String producer, String type, Class<? extends Record> record) throws Exception {
        var required = schema(producer, type).path("required");
        for (RecordComponent component : record.getRecordComponents()) {
            assertTrue(
                    StreamSupport.stream(required.spliterator(), false)
                            .anyMatch(name -> name.asText().equals(component.getName())),
                    component.getName() + " of " + type + " is not promised: " + required);
        }
    }

    @ParameterizedTest
    @MethodSource("consumed")
    void theProducersExamplesAreReadInFull(String producer, String type, Class<? extends Record> record)
            throws Exception {
        var examples = schema(producer, type).path("examples");
        assertFalse(examples.isEmpty(), "the schema of " + type + " has examples");
        for (JsonNode example : examples) {
            var value = event(type, example.toString()).dataAs(record);
            for (RecordComponent component : record.getRecordComponents()) {
                assertNotNull(component.getAccessor().invoke(value), component.getName());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("consumed")
    void anEventWithoutItsFieldsIsRefusedForEver(String producer, String type, Class<? extends Record> record) {
        assertThrows(PermanentFailure.class, () -> event(type, "{}").dataAs(record));
    }

    @Test
    void aNegativePriceIsRefusedForEver() {
        var event = event(
                "product.changed",
                "{\"sku\":\"cup\",\"name\":\"Cup\",\"unitPrice\":\"-1.00\",\"currency\":\"EUR\",\"version\":1}");
        assertThrows(PermanentFailure.class, () -> event.dataAs(ProductsConsumer.ProductChanged.class));
    }

    private static JsonNode schema(String producer, String type) throws Exception {
        return JSON.readTree(Path.of("../" + producer + "/src/main/resources/events/" + type + ".json")
                .toFile());
    }

    private static InboundEvent event(String type, String data) {
        return new InboundEvent(
                UUID.randomUUID(), type, "/x", "key", Instant.now(), null, data.getBytes(StandardCharsets.UTF_8));
    }
}
