package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.DestinationView;
import dev.millrace.broker.core.Load;
import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.Selection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Figures of destinations have bounded label sets. */
class DestinationMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DestinationMetrics metrics = new DestinationMetrics(registry, 3);

    private static DestinationView queue(String name, long number) {
        return new DestinationView(
                DestinationView.Kind.QUEUE,
                name,
                number,
                0,
                0,
                0,
                Map.of(Death.Reason.REJECTED, number, Death.Reason.EXPIRED, 0L),
                2_000 * number,
                1_000 * number,
                0,
                10 * number,
                0,
                0,
                0,
                0,
                0,
                0,
                new Load(0, 0, 0, 0, 2),
                0,
                false,
                QueueSettings.DEFAULT,
                null,
                null,
                List.of());
    }

    private static List<DestinationView> queues(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> queue("q" + i, i)).toList();
    }

    private double gauge(String name, String destination) {
        return registry.get("broker.destination." + name)
                .tag("destination", destination)
                .gauge()
                .value();
    }

    @Test
    void eachDestinationHasItsFigures() {
        metrics.update(queues(2));
        assertEquals(2, gauge("depth", "q2"));
        assertEquals(2, gauge("oldest.age.seconds", "q2"));
        assertEquals(2, gauge("workers.needed", "q2"));
        metrics.update(List.of(queue("q2", 7)));

        assertEquals(7, gauge("depth", "q2"));
        assertEquals(
                70,
                registry.get("broker.destination.arrived")
                        .tag("destination", "q2")
                        .functionCounter()
                        .count());
    }

    /** Each figure is another number, so that none can be taken for another. */
    @Test
    void everyFigureIsTold() {
        metrics.update(List.of(new DestinationView(
                DestinationView.Kind.SUBSCRIPTION,
                "orders::inventory",
                1,
                2,
                3,
                4,
                Map.of(),
                5_000,
                6_000,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                new Load(0, 0, 0, 0, 15),
                16,
                true,
                QueueSettings.DEFAULT,
                Selection.ALL,
                null,
                List.of())));
        Map<String, Double> told = new TreeMap<>();
        registry.forEachMeter(meter -> {
            assertEquals("subscription", meter.getId().getTag("kind"));
            assertEquals("orders::inventory", meter.getId().getTag("destination"));
            told.put(
                    meter.getId().getName().substring("broker.destination.".length()),
                    meter.measure().iterator().next().getValue());
        });

        assertEquals(
                new TreeMap<>(Map.ofEntries(
                        Map.entry("depth", 1.0),
                        Map.entry("in.flight", 2.0),
                        Map.entry("scheduled", 3.0),
                        Map.entry("dead.letters", 4.0),
                        Map.entry("oldest.dead.letter.seconds", 5.0),
                        Map.entry("oldest.age.seconds", 6.0),
                        Map.entry("lag", 7.0),
                        Map.entry("arrived", 8.0),
                        Map.entry("settled", 9.0),
                        Map.entry("failed", 10.0),
                        Map.entry("dropped", 11.0),
                        Map.entry("duplicates", 12.0),
                        Map.entry("ids.forgotten", 13.0),
                        Map.entry("credit", 14.0),
                        Map.entry("workers.needed", 15.0),
                        Map.entry("consumers", 16.0),
                        Map.entry("paused", 1.0))),
                told);
    }

    @Test
    void thoseBeyondTheBoundAreSummedUp() {
        metrics.update(queues(6));

        assertEquals(3, gauge("depth", "q3"));
        assertEquals(4 + 5 + 6, gauge("depth", "other"));
        assertEquals(6, gauge("oldest.age.seconds", "other"));
        assertNull(registry.find("broker.destination.depth")
                .tag("destination", "q4")
                .gauge());
    }

    private double died(String destination, String reason) {
        return registry.get("broker.destination.died")
                .tag("destination", destination)
                .tag("reason", reason)
                .functionCounter()
                .count();
    }

    @Test
    void deathsAreToldByReasonAndTheirAgeByTheOldest() {
        metrics.update(queues(5));

        assertEquals(2, died("q2", "rejected"));
        assertEquals(0, died("q2", "expired"));
        assertEquals(4 + 5, died("other", "rejected"));
        assertEquals(4, gauge("oldest.dead.letter.seconds", "q2"));
        assertEquals(10, gauge("oldest.dead.letter.seconds", "other"));
        assertNull(registry.find("broker.destination.died")
                .tag("destination", "q2")
                .tag("reason", "undeliverable")
                .functionCounter());
    }

    @Test
    void deletedDestinationsAreToldOfNoMore() {
        metrics.update(queues(6));
        int before = registry.getMeters().size();
        metrics.update(List.of());

        assertEquals(0, registry.getMeters().size());
        metrics.update(queues(6));
        assertEquals(before, registry.getMeters().size());
    }
}
