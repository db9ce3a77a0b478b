package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All streams and subscriptions, by name and by id. */
final class Topology {

    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final Int2ObjectOpenHashMap<Stream> streamsById = new Int2ObjectOpenHashMap<>();
    private final Int2ObjectOpenHashMap<Subscription> subscriptionsById = new Int2ObjectOpenHashMap<>();
    private int nextStreamId = 1;
    private int nextSubscriptionId = 1;

    int nextStreamId() {
        return nextStreamId;
    }

    int nextSubscriptionId() {
        return nextSubscriptionId;
    }

    Collection<Stream> streams() {
        return streams.values();
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /** Null if there is none. */
    Stream stream(String name) {
        return streams.get(name);
    }

    Stream stream(int id) {
        return streamsById.get(id);
    }

    /** By full name: {@code emails}, {@code orders::inventory}. Null if there is none. */
    Subscription subscription(String name) {
        return subscriptions.get(name);
    }

    /** Null if there is none. */
    Subscription subscription(int id) {
        return subscriptionsById.get(id);
    }

    void apply(Fact.QueueDeclared fact) {
        Subscription known = subscriptionsById.get(fact.subscriptionId());
        if (known != null) {
            known.settings = fact.settings();
            return;
        }
        Stream stream = addStream(fact.streamId(), fact.name(), false);
        addSubscription(new Subscription(fact.subscriptionId(), stream, fact.name(), 0, fact.settings(), true));
    }

    void apply(Fact.TopicDeclared fact) {
        addStream(fact.streamId(), fact.name(), true);
    }

    void apply(Fact.SubscriptionDeclared fact, boolean durable) {
        Subscription known = subscriptionsById.get(fact.subscriptionId());
        if (known != null) {
            known.settings = fact.settings();
            return;
        }
        Stream stream = streamsById.get(fact.streamId());
        addSubscription(
                new Subscription(fact.subscriptionId(), stream, fact.name(), fact.from(), fact.settings(), durable));
    }

    private Stream addStream(int id, String name, boolean topic) {
        Stream stream = new Stream(id, name, topic);
        streams.put(name, stream);
        streamsById.put(id, stream);
        nextStreamId = Math.max(nextStreamId, id + 1);
        return stream;
    }

    private void addSubscription(Subscription subscription) {
        subscription.stream.subscriptions.add(subscription);
        subscriptions.put(subscription.name, subscription);
        subscriptionsById.put(subscription.id, subscription);
        nextSubscriptionId = Math.max(nextSubscriptionId, subscription.id + 1);
    }

    /** Forgets a subscription that was never durable. */
    void remove(Subscription subscription) {
        subscription.stream.subscriptions.remove(subscription);
        subscriptions.remove(subscription.name);
        subscriptionsById.remove(subscription.id);
    }
}
