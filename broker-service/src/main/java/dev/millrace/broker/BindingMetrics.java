package dev.millrace.broker;

import dev.millrace.broker.core.BindingView;
import dev.millrace.broker.core.DestinationView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Prometheus is told of the ways from topics into queues: how many messages took each. As with
 * {@link DestinationMetrics} only so many have a figure of their own; the others are summed as {@code other}. Updated by
 * one thread at a time, read by any.
 */
final class BindingMetrics {

    private static final Way OTHERS = new Way("other", "other");

    private final MeterRegistry registry;
    private final int maxBindings;
    private final Map<Way, Routed> known = new HashMap<>();

    /**
     * @param maxBindings how many have a figure of their own
     */
    BindingMetrics(MeterRegistry registry, int maxBindings) {
        this.registry = registry;
        this.maxBindings = maxBindings;
    }

    private record Way(String topic, String queue) {}

    /** How many messages took one way, or all the others. */
    private static final class Routed {
        private Meter meter;
        private volatile long messages;
    }

    /** Takes the bindings as they are now; those that are not among them are told of no more. */
    void update(List<DestinationView> views) {
        Map<Way, Long> routed = new LinkedHashMap<>();
        for (DestinationView view : views) {
            for (BindingView binding : view.bindings()) {
                Way way = routed.size() < maxBindings ? new Way(binding.topic(), binding.queue()) : OTHERS;
                routed.merge(way, binding.routed(), Long::sum);
            }
        }
        known.entrySet().removeIf(way -> {
            boolean gone = !routed.containsKey(way.getKey());
            if (gone) {
                registry.remove(way.getValue().meter);
            }
            return gone;
        });
        routed.forEach((way, messages) -> known.computeIfAbsent(way, this::register).messages = messages);
    }

    private Routed register(Way way) {
        Routed routed = new Routed();
        routed.meter = FunctionCounter.builder("broker.binding.routed", routed, counted -> counted.messages)
                .description("Messages that a binding brought from a topic into a queue")
                .tags("topic", way.topic, "queue", way.queue)
                .register(registry);
        return routed;
    }
}
