package dev.millrace.broker;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.DestinationView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What Prometheus is told of each destination. Names are chosen by clients, so only so many destinations have figures of
 * their own; those of the others are summed under the name {@code other} (of ages the greatest counts). Updated by one
 * thread at a time, read by any.
 */
final class DestinationMetrics {

    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final int maxDestinations;
    private final Map<String, Cell> cells = new HashMap<>();

    /**
     * @param maxDestinations how many have figures of their own
     */
    DestinationMetrics(MeterRegistry registry, int maxDestinations) {
        this.registry = registry;
        this.maxDestinations = maxDestinations;
    }

    /** One destination, or all the others. */
    private static final class Cell {
        private final List<Meter> meters = new ArrayList<>();
        private volatile List<DestinationView> views = List.of();

        private double sum(ToDoubleFunction<DestinationView> value) {
            return views.stream().mapToDouble(value).sum();
        }

        private double greatest(ToDoubleFunction<DestinationView> value) {
            return views.stream().mapToDouble(value).max().orElse(0);
        }
    }

    /** Takes the destinations as they are now; those that are not among them are told of no more. */
    void update(List<DestinationView> views) {
        Map<String, List<DestinationView>> byCell = new HashMap<>();
        List<DestinationView> others = new ArrayList<>();
        for (DestinationView view : views) {
            if (byCell.size() < maxDestinations) {
                byCell.put(key(view), List.of(view));
            } else {
                others.add(view);
            }
        }
        if (!others.isEmpty()) {
            byCell.put(OTHER, others);
        }
        cells.entrySet().removeIf(cell -> {
            boolean gone = !byCell.containsKey(cell.getKey());
            if (gone) {
                cell.getValue().meters.forEach(registry::remove);
            }
            return gone;
        });
        byCell.forEach(
                (key, those) -> cells.computeIfAbsent(key, name -> register(name, those.getFirst())).views = those);
    }

    private static String key(DestinationView view) {
        return view.kind() + " " + view.name();
    }

    private Cell register(String key, DestinationView view) {
        Tags tags = key.equals(OTHER)
                ? Tags.of("kind", OTHER, "destination", OTHER)
                : Tags.of("kind", view.kind().name().toLowerCase(Locale.ROOT), "destination", view.name());
        Cell cell = new Cell();
        gauge(cell, tags, "depth", "Messages not settled; of a topic, messages kept", DestinationView::depth);
        gauge(cell, tags, "in.flight", "Deliveries that wait for their settlement", DestinationView::inFlight);
        gauge(cell, tags, "scheduled", "Messages that wait for their time or a retry", DestinationView::scheduled);
        gauge(cell, tags, "dead.letters", "Messages in its dead-letter queue", DestinationView::deadLetters);
        gauge(cell, tags, "lag", "Offsets from its oldest message not settled to the end", DestinationView::lag);
        gauge(cell, tags, "consumers", "Links that receive from it", DestinationView::consumers);
        gauge(cell, tags, "credit", "Messages that its publishers may still send", DestinationView::creditGiven);
        gauge(cell, tags, "paused", "1 while it delivers nothing", one -> one.paused() ? 1 : 0);
        gauge(cell, tags, "workers.needed", "Consumers needed to keep up", one -> one.load()
                .workersNeeded());
        cell.meters.add(Gauge.builder(
                        name("oldest.age.seconds"), cell, all -> all.greatest(one -> one.oldestAgeMillis() / 1_000.0))
                .description("Age of the oldest message not settled")
                .tags(tags)
                .register(registry));
        cell.meters.add(Gauge.builder(
                        name("oldest.dead.letter.seconds"),
                        cell,
                        all -> all.greatest(one -> one.oldestDeadLetterAgeMillis() / 1_000.0))
                .description("How long ago the oldest message in its dead-letter queue died")
                .tags(tags)
                .register(registry));
        for (Death.Reason reason : Death.Reason.values()) {
            if (key.equals(OTHER) || view.died().containsKey(reason)) {
                counter(
                        cell,
                        tags.and("reason", reason.label()),
                        "died",
                        "Messages that it gave up on",
                        one -> one.died().getOrDefault(reason, 0L));
            }
        }
        counter(cell, tags, "arrived", "Messages stored", DestinationView::arrived);
        counter(cell, tags, "settled", "Messages settled", DestinationView::settled);
        counter(cell, tags, "failed", "Attempts at delivering that failed", DestinationView::failed);
        counter(cell, tags, "dropped", "Messages dropped because there were too many", DestinationView::dropped);
        counter(cell, tags, "duplicates", "Messages not stored, their id had come", DestinationView::duplicates);
        counter(cell, tags, "ids.forgotten", "Ids forgotten before their time", DestinationView::idsForgotten);
        return cell;
    }

    private void gauge(Cell cell, Tags tags, String name, String description, ToDoubleFunction<DestinationView> value) {
        cell.meters.add(Gauge.builder(name(name), cell, all -> all.sum(value))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private void counter(
            Cell cell, Tags tags, String name, String description, ToDoubleFunction<DestinationView> value) {
        cell.meters.add(FunctionCounter.builder(name(name), cell, all -> all.sum(value))
                .description(description)
                .tags(tags)
                .register(registry));
    }

    private static String name(String last) {
        return "broker.destination." + last;
    }
}
