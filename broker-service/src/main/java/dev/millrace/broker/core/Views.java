package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shows destinations as they are now. */
final class Views {

    private final Ledger ledger;

    Views(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Of all topics, queues and durable subscriptions. */
    List<DestinationView> all(long now) {
        List<DestinationView> views = new ArrayList<>();
        for (Stream stream : ledger.topology.streams()) {
            if (stream.topic && !stream.isTemporary() && !stream.isInternal()) {
                views.add(of(stream, now));
            }
        }
        for (Subscription subscription : ledger.topology.subscriptions()) {
            if (subscription.durable) {
                views.add(of(subscription, now));
            }
        }
        return views;
    }

    /** Of a topic. */
    DestinationView of(Stream topic, long now) {
        return new DestinationView(
                DestinationView.Kind.TOPIC,
                topic.name,
                topic.depth(),
                0,
                0,
                0,
                Map.of(),
                0,
                ageOf(topic, topic.index.first(), now),
                0,
                topic.arrived,
                0,
                0,
                0,
                topic.duplicates() == null ? 0 : topic.duplicates().suppressed(),
                topic.duplicates() == null ? 0 : topic.duplicates().forgotten(),
                topic.creditGiven(),
                new Load(topic.arrivals.sample(topic.arrived, now), 0, 0, 0, 0),
                0,
                false,
                null,
                null,
                new TopicSettings(topic.retention, topic.duplicateWindowMillis(), Map.of()),
                topic.bindings.stream().map(Binding::view).toList());
    }

    /** Of a queue or a subscription. */
    DestinationView of(Subscription subscription, long now) {
        Subscription deadLetters = ledger.topology.subscription(subscription.name + Address.DEAD_LETTER_SUFFIX);
        long oldest = subscription.settled.floor();
        DuplicateWindow duplicates = subscription.stream.topic ? null : subscription.stream.duplicates();
        return new DestinationView(
                subscription.stream.topic ? DestinationView.Kind.SUBSCRIPTION : DestinationView.Kind.QUEUE,
                subscription.name,
                subscription.depth(),
                subscription.inFlight.size(),
                subscription.delayedCount(now),
                deadLetters == null ? 0 : deadLetters.depth(),
                subscription.isDeadLetterQueue() ? Map.of() : subscription.died.counts(),
                deadLetters == null ? 0 : sinceOldestDeath(deadLetters, now),
                ageOf(subscription.stream, oldest, now),
                subscription.stream.index.next() - oldest,
                subscription.stream.arrived,
                subscription.settledCount,
                subscription.failedCount,
                subscription.droppedCount,
                duplicates == null ? 0 : duplicates.suppressed(),
                duplicates == null ? 0 : duplicates.forgotten(),
                subscription.stream.topic ? 0 : subscription.stream.creditGiven(),
                subscription.load.measure(subscription, now),
                subscription.consumers.size(),
                subscription.paused,
                subscription.settings,
                subscription.stream.topic ? subscription.selection() : null,
                null,
                List.of());
    }

    private long sinceOldestDeath(Subscription deadLetters, long now) {
        if (deadLetters.depth() == 0) {
            return 0;
        }
        StoredMessage oldest = ledger.read(deadLetters.stream, deadLetters.settled.floor());
        return oldest.deaths().isEmpty()
                ? 0
                : Math.max(0, now - oldest.deaths().getLast().at());
    }

    private long ageOf(Stream stream, long offset, long now) {
        return offset == stream.index.next()
                ? 0
                : Math.max(0, now - ledger.read(stream, offset).enqueuedAt());
    }
}
