package dev.millrace.broker.core;

import dev.millrace.broker.core.History.Event;
import dev.millrace.broker.core.History.Texts;

/**
 * Tells the {@link History} what happens to messages. Most lives are short and alike (stored, delivered, settled); when
 * one gets into trouble, its beginning is told again among the troubled ones, which are kept longer.
 */
final class Lives {

    /** Who acts where nobody asked for it. */
    private static final String BROKER = "broker";

    private final History history;

    Lives(History history) {
        this.history = history;
    }

    void stored(Stream stream, StoredMessage stored, long now) {
        long key = keyOf(stored);
        if (key == 0) {
            return;
        }
        history.add(Event.STORED, false, key, now, 0, contextOf(stream));
        long dueAt = stored.message().deliverAt();
        if (dueAt > now) {
            history.addScheduled(key, now, dueAt, contextOf(stream));
        }
    }

    /** What a message is told by; 0 if it has no id, or nobody keeps histories. */
    long keyOf(StoredMessage stored) {
        return history.keyOf(stored.idBytes());
    }

    static boolean isTroubled(StoredMessage stored, int failures) {
        return failures > 0 || !stored.deaths().isEmpty();
    }

    void delivered(InFlight delivery) {
        tell(Event.DELIVERED, delivery, delivery.deliveredAt());
    }

    void settled(InFlight delivery, long now) {
        tell(Event.SETTLED, delivery, now);
    }

    private void tell(Event event, InFlight delivery, long at) {
        if (delivery.historyKey() != 0) {
            history.add(
                    event,
                    delivery.troubled(),
                    delivery.historyKey(),
                    at,
                    delivery.attempt(),
                    contextOf(delivery.consumer()));
        }
    }

    void failed(InFlight delivery, String error, long now) {
        end(Event.FAILED, delivery, null, error, now);
    }

    /** A dead-letter queue or a private subscription is done with a message that its consumer does not want. */
    void discarded(InFlight delivery, Death.Reason reason, String error, long now) {
        end(Event.DISCARDED, delivery, reason.label(), error, now);
    }

    void died(InFlight delivery, Death.Reason reason, String error, long now) {
        end(Event.DEAD_LETTERED, delivery, reason.label(), error, now);
    }

    private void end(Event event, InFlight delivery, String reason, String error, long now) {
        long key = delivery.historyKey();
        if (key == 0) {
            return;
        }
        Consumer consumer = delivery.consumer();
        if (!delivery.troubled()) {
            history.add(Event.STORED, true, key, delivery.storedAt(), 0, contextOf(consumer.subscription.stream));
            history.add(Event.DELIVERED, true, key, delivery.deliveredAt(), delivery.attempt(), contextOf(consumer));
        }
        Texts texts = new Texts(
                consumer.subscription.name,
                consumer.link.container(),
                consumer.link.name(),
                reason,
                null,
                error.isEmpty() ? null : error);
        history.add(event, true, key, now, delivery.attempt(), history.context(texts));
    }

    /** A message's time was over; the rest of its life follows if it becomes a dead letter. */
    void expired(Subscription subscription, StoredMessage stored, int failures, boolean dies, long now) {
        long key = keyOf(stored);
        if (key == 0) {
            return;
        }
        if (!isTroubled(stored, failures)) {
            history.add(Event.STORED, true, key, stored.enqueuedAt(), 0, contextOf(subscription.stream));
        }
        history.add(Event.EXPIRED, true, key, now, 0, contextOf(subscription));
        if (dies) {
            Texts texts = new Texts(subscription.name, null, null, Death.Reason.EXPIRED.label(), null, null);
            history.add(Event.DEAD_LETTERED, true, key, now, failures, history.context(texts));
        }
    }

    /**
     * A dead letter goes back to what gave up on it, or to somewhere else.
     *
     * @param destination where to
     * @param actor who asked for it
     * @param job id of the replay
     */
    void replayed(String messageId, String destination, String actor, String job, long now) {
        told(Event.REPLAYED, messageId, new Texts(destination, null, null, null, actor, job), now);
    }

    /**
     * A message was thrown away because somebody said so.
     *
     * @param destination where it was
     */
    void discarded(String messageId, String destination, String actor, String reason, long now) {
        told(Event.DISCARDED, messageId, new Texts(destination, null, null, reason, actor, null), now);
    }

    /** The broker itself let a message go that nobody had settled. */
    void dropped(Subscription subscription, StoredMessage stored, Fact.Dropped.Reason reason, long now) {
        String messageId = stored.message().messageId();
        discarded(messageId, subscription.name, BROKER, reason == Fact.Dropped.Reason.FULL ? "full" : "retention", now);
    }

    private void told(Event event, String messageId, Texts texts, long now) {
        long key = history.keyOf(Fields.utf8(messageId));
        if (key != 0) {
            history.add(event, true, key, now, 0, history.context(texts));
        }
    }

    /** Whether anybody listens; else messages need not be read to be told of. */
    boolean areKept() {
        return history != History.NONE;
    }

    private History.Context contextOf(Stream stream) {
        if (stream.context == null) {
            stream.context = history.context(Texts.of(stream.name));
        }
        return stream.context;
    }

    private History.Context contextOf(Subscription subscription) {
        return history.context(Texts.of(subscription.name));
    }

    private History.Context contextOf(Consumer consumer) {
        if (consumer.context == null) {
            ConsumerLink link = consumer.link;
            consumer.context = history.context(
                    new Texts(consumer.subscription.name, link.container(), link.name(), null, null, null));
        }
        return consumer.context;
    }
}
