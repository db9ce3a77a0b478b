package dev.millrace.inventory.application;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.inventory.InventoryStack;
import dev.millrace.inventory.ProducedEvents;
import dev.millrace.inventory.domain.Product;
import dev.millrace.inventory.domain.ReservationStatus;
import dev.millrace.inventory.messaging.OrderEventSamples;
import dev.millrace.inventory.messaging.OrderEvents;
import dev.millrace.messaging.InboundEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonArray;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * INV-STOCK under concurrency. The events are handed to the consumer directly, because the broker would keep those of
 * one order apart and hand out only as many at once as there are workers: here they collide as often as possible.
 */
@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class StockConcurrencyTest {

    /** Fewer than there are database connections: here rows are to be fought for, not connections. */
    private static final int AT_ONCE = 14;

    private static final int LIMIT_SECONDS = 60;

    @Inject
    OrderEvents orders;

    @Inject
    Catalogue catalogue;

    @Inject
    Reservations reservations;

    @Inject
    ProducedEvents produced;

    @Test
    void ofTwoOrdersForTheLastOneExactlyOneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            String sku = product("race-" + round, 1);
            var first = OrderEventSamples.placed(UUID.randomUUID(), sku, 1);
            var second = OrderEventSamples.placed(UUID.randomUUID(), sku, 1);

            consumeAtOnce(List.of(first, second));

            assertEquals(
                    List.of("stock.refused", "stock.reserved"),
                    List.of(outcome(first), outcome(second)).stream().sorted().toList());
            assertStock(sku, 1, 1);
        }
    }

    @Test
    void ofManyOrdersForOneProductAsManyWinAsThereAreUnits() throws Exception {
        String sku = product("hot", 50);
        var events = IntStream.range(0, 80)
                .mapToObj(i -> OrderEventSamples.placed(UUID.randomUUID(), sku, 1))
                .toList();

        consumeAtOnce(events);

        assertEquals(50, countReserved(events));
        assertStock(sku, 50, 50);
    }

    @Test
    void stockAddsUpUnderOrdersAndCancellationsOfSeveralProducts() throws Exception {
        List<String> skus =
                IntStream.range(0, 4).mapToObj(i -> product("mix-" + i, 30)).toList();
        var random = new Random(7);
        var placed =
                IntStream.range(0, 60).mapToObj(i -> orderOfAll(skus, random)).toList();
        // Some cancellations come while others are still being placed, a few before their own order.
        var cancelled = placed.stream()
                .filter(event -> random.nextInt(3) > 0)
                .map(event -> OrderEventSamples.cancelled(UUID.fromString(event.key())))
                .toList();
        var all = new ArrayList<InboundEvent>(placed);
        all.addAll(cancelled);
        Collections.shuffle(all, random);

        consumeAtOnce(all);

        for (String sku : skus) {
            assertStock(sku, 30, unitsStillReserved(placed, sku));
        }
        var stillThere = placed.stream()
                .filter(event -> cancelled.stream().noneMatch(end -> end.key().equals(event.key())))
                .toList();
        assertEquals(countReserved(placed), countReserved(stillThere), "no cancelled order keeps its units");
    }

    @Test
    void oneEventDeliveredManyTimesAtOnceReservesOnce() throws Exception {
        String sku = product("echo", 10);
        var event = OrderEventSamples.placed(UUID.randomUUID(), sku, 3);

        consumeAtOnce(Collections.nCopies(10, event));

        assertStock(sku, 10, 3);
        assertEquals(List.of("stock.reserved"), produced.typesOf(event.key()));
    }

    private String product(String sku, long onHand) {
        given().contentType("application/json")
                .body("{\"name\":\"A product\",\"unitPrice\":\"1.00\",\"currency\":\"EUR\",\"onHand\":" + onHand + "}")
                .put("/products/{sku}", sku)
                .then()
                .statusCode(201);
        return sku;
    }

    /** Every order takes the products in its own order, which must not lead to deadlocks. */
    private static InboundEvent orderOfAll(List<String> skus, Random random) {
        var shuffled = new ArrayList<>(skus);
        Collections.shuffle(shuffled, random);
        var lines = new JsonArray();
        shuffled.forEach(sku -> lines.add(OrderEventSamples.line(sku, 1 + random.nextInt(2))));
        return OrderEventSamples.placed(UUID.randomUUID(), lines);
    }

    /** What the broker does, too: an event that failed is delivered again. */
    private void consumeAtOnce(List<InboundEvent> events)
            throws InterruptedException, ExecutionException, TimeoutException {
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<?>> results = new ArrayList<>();
            for (var event : events) {
                results.add(threads.submit(() -> consumeUntilItSucceeds(event)));
            }
            for (var result : results) {
                result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    private void consumeUntilItSucceeds(InboundEvent event) {
        for (int attempt = 1; ; attempt++) {
            try {
                orders.consume(event);
                return;
            } catch (StockTakenMeanwhileException lostTheRaceAgain) {
                assertTrue(attempt < 10, "an order that loses every race");
            }
        }
    }

    private String outcome(InboundEvent event) throws Exception {
        var types = produced.typesOf(event.key());
        assertEquals(1, types.size());
        return types.getFirst();
    }

    private long countReserved(List<InboundEvent> placed) {
        return placed.stream().filter(this::isReserved).count();
    }

    private boolean isReserved(InboundEvent placed) {
        return reservations
                .find(UUID.fromString(placed.key()))
                .filter(reservation -> reservation.status() == ReservationStatus.RESERVED)
                .isPresent();
    }

    private long unitsStillReserved(List<InboundEvent> placed, String sku) {
        return placed.stream()
                .filter(this::isReserved)
                .flatMap(event -> reservations.find(UUID.fromString(event.key())).orElseThrow().lines().stream())
                .filter(line -> line.sku().equals(sku))
                .mapToLong(line -> line.quantity())
                .sum();
    }

    private void assertStock(String sku, long onHand, long reserved) {
        Product product = catalogue.find(sku).orElseThrow();
        assertEquals(onHand, product.onHand(), sku);
        assertEquals(reserved, product.reserved(), sku);
        assertEquals(onHand - reserved, product.available(), sku);
    }
}
