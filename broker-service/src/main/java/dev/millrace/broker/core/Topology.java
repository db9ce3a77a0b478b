package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All streams and subscriptions, by name and by id. */
final class Topology {

    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
    private final Int2ObjectOpenHashMap<Stream> streamsById = new Int2ObjectOpenHashMap<>();
    private final Int2ObjectOpenHashMap<Subscription> subscriptionsById = new Int2ObjectOpenHashMap<>();
    private final Deadlines deadlines;
    private int nextStreamId = 1;
    private int nextSubscriptionId = 1;

    Topology(Deadlines deadlines) {
        this.deadlines = deadlines;
    }

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
        Stream stream = new Stream(fact.streamId(), fact.name(), false, RetentionSettings.FOR_EVER);
        addStream(stream);
        addSubscription(
                new Subscription(fact.subscriptionId(), stream, fact.name(), 0, fact.settings(), true, deadlines));
    }

    void apply(Fact.TopicDeclared fact) {
        Stream known = streamsById.get(fact.streamId());
        if (known != null) {
            known.retention = fact.retention();
            return;
        }
        addStream(new Stream(fact.streamId(), fact.name(), true, fact.retention()));
    }

    void apply(Fact.SubscriptionDeclared fact, boolean durable) {
        Subscription known = subscriptionsById.get(fact.subscriptionId());
        if (known != null) {
            known.settings = fact.settings();
            return;
        }
        Stream stream = streamsById.get(fact.streamId());
        addSubscription(new Subscription(
                fact.subscriptionId(), stream, fact.name(), fact.from(), fact.settings(), durable, deadlines));
    }

    private void addStream(Stream stream) {
        streams.put(stream.name, stream);
        streamsById.put(stream.id, stream);
        nextStreamId = Math.max(nextStreamId, stream.id + 1);
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

    /** All that is durable as it is now, to be written by another thread. */
    Image capture() {
        return new Image(
                nextStreamId,
                nextSubscriptionId,
                streams.values().stream().map(Stream::capture).toList(),
                subscriptions.values().stream()
                        .filter(subscription -> subscription.durable)
                        .map(Subscription::capture)
                        .toList());
    }

    /**
     * What a snapshot holds: the next ids of a stream and of a subscription, their numbers (4 bytes each), then the
     * streams and the subscriptions, each in the order in which they were made.
     */
    record Image(
            int nextStreamId,
            int nextSubscriptionId,
            List<Stream.Image> streams,
            List<Subscription.Image> subscriptions) {

        void writeTo(SnapshotOutput output) {
            output.entry(4 * Integer.BYTES)
                    .putInt(nextStreamId)
                    .putInt(nextSubscriptionId)
                    .putInt(streams.size())
                    .putInt(subscriptions.size());
            streams.forEach(stream -> stream.writeTo(output));
            subscriptions.forEach(subscription -> subscription.writeTo(output));
        }
    }

    /** Takes what {@link Image#writeTo} wrote; there is nothing here yet. */
    void restore(SnapshotInput input) {
        ByteBuffer source = input.entry();
        int streamId = source.getInt();
        int subscriptionId = source.getInt();
        int streamCount = source.getInt();
        int subscriptionCount = source.getInt();
        for (int i = 0; i < streamCount; i++) {
            addStream(Stream.read(input));
        }
        for (int i = 0; i < subscriptionCount; i++) {
            addSubscription(Subscription.read(input, streamsById::get, deadlines));
        }
        nextStreamId = streamId;
        nextSubscriptionId = subscriptionId;
    }
}
