package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    private final MessageFilter.Compiler filters;
    private final MessageCheck.Compiler checks;
    private int nextStreamId = 1;
    private int nextSubscriptionId = 1;

    Topology(Deadlines deadlines, MessageContent content) {
        this.deadlines = deadlines;
        filters = content.filters();
        checks = content.checks();
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
            known.apply(fact.settings());
            known.stream.duplicateWindowMillis(fact.settings().duplicateWindowMillis());
            return;
        }
        Stream stream = new Stream(fact.streamId(), fact.name(), false, RetentionSettings.FOR_EVER);
        stream.duplicateWindowMillis(fact.settings().duplicateWindowMillis());
        addStream(stream);
        addSubscription(
                new Subscription(fact.subscriptionId(), stream, fact.name(), 0, fact.settings(), true, deadlines));
    }

    void apply(Fact.TopicDeclared fact) {
        Stream known = streamsById.get(fact.streamId());
        if (known != null) {
            known.retention = fact.retention();
            known.duplicateWindowMillis(fact.duplicateWindowMillis());
            return;
        }
        Stream stream = new Stream(fact.streamId(), fact.name(), true, fact.retention());
        stream.duplicateWindowMillis(fact.duplicateWindowMillis());
        addStream(stream);
    }

    void apply(Fact.SubscriptionDeclared fact, boolean durable) {
        Subscription known = subscriptionsById.get(fact.subscriptionId());
        if (known != null) {
            known.apply(fact.settings());
            if (!known.selection().equals(fact.selection())) {
                known.settleBefore(fact.from());
                known.select(fact.selection(), filters);
            }
            return;
        }
        Stream stream = streamsById.get(fact.streamId());
        Subscription subscription = new Subscription(
                fact.subscriptionId(), stream, fact.name(), fact.from(), fact.settings(), durable, deadlines);
        subscription.select(fact.selection(), filters);
        addSubscription(subscription);
    }

    /** Adds a stream that no fact tells of; a queue with its subscription. */
    void addTemporary(Stream stream, QueueSettings settings) {
        addStream(stream);
        if (!stream.topic) {
            addSubscription(new Subscription(stream.id, stream, stream.name, 0, settings, false, deadlines));
        }
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

    void apply(BindingFact.Bound fact) {
        Stream topic = streamsById.get(fact.topicId());
        Stream queue = streamsById.get(fact.queueId());
        Binding binding = topic.binding(queue.name);
        if (binding == null) {
            binding = new Binding(topic, queue);
            topic.bindings.add(binding);
            queue.feeds.add(binding);
        }
        binding.select(fact.selection(), filters);
    }

    void apply(BindingFact.Unbound fact) {
        unbind(streamsById.get(fact.topicId()).binding(streamsById.get(fact.queueId()).name));
    }

    void apply(SchemaFact fact) {
        streamsById.get(fact.topicId()).schemas.put(fact.subject(), fact.schema(), checks);
    }

    private void unbind(Binding binding) {
        binding.topic.bindings.remove(binding);
        binding.queue.feeds.remove(binding);
    }

    /** Forgets a stream, its subscriptions and its bindings. */
    void remove(Stream stream) {
        List.copyOf(stream.bindings).forEach(this::unbind);
        List.copyOf(stream.feeds).forEach(this::unbind);
        List.copyOf(stream.subscriptions).forEach(this::remove);
        streams.remove(stream.name);
        streamsById.remove(stream.id);
    }

    /** Forgets a subscription. */
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
                streams.values().stream()
                        .filter(stream -> !stream.isTemporary())
                        .map(Stream::capture)
                        .toList(),
                subscriptions.values().stream()
                        .filter(subscription -> subscription.durable)
                        .map(Subscription::capture)
                        .toList(),
                streams.values().stream()
                        .flatMap(stream -> stream.bindings.stream())
                        .map(Binding::fact)
                        .toList());
    }

    /** The schemas as they are now, to be written by another thread. */
    List<SchemaFact> captureSchemas() {
        List<SchemaFact> facts = new ArrayList<>();
        for (Stream stream : streams.values()) {
            stream.schemas.all().forEach((subject, schema) -> facts.add(new SchemaFact(stream.id, subject, schema)));
        }
        return facts;
    }

    /**
     * What a snapshot holds: the next ids of a stream and of a subscription, their numbers (4 bytes each), then the
     * streams and the subscriptions, each in the order in which they were made; then the number of bindings (4), and each
     * as the fact of it. A snapshot of before there were bindings ends ahead of their number.
     */
    record Image(
            int nextStreamId,
            int nextSubscriptionId,
            List<Stream.Image> streams,
            List<Subscription.Image> subscriptions,
            List<BindingFact.Bound> bindings) {

        void writeTo(SnapshotOutput output) {
            output.entry(4 * Integer.BYTES)
                    .putInt(nextStreamId)
                    .putInt(nextSubscriptionId)
                    .putInt(streams.size())
                    .putInt(subscriptions.size());
            streams.forEach(stream -> stream.writeTo(output));
            subscriptions.forEach(subscription -> subscription.writeTo(output));
            output.entry(Integer.BYTES).putInt(bindings.size());
            bindings.forEach(binding -> binding.writeTo(output.entry(binding.length())));
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
            addSubscription(Subscription.read(input, streamsById::get, deadlines, filters));
        }
        int bindingCount = input.hasMore() ? input.entry().getInt() : 0;
        for (int i = 0; i < bindingCount; i++) {
            apply(BindingFact.Bound.readFrom(input.entry()));
        }
        nextStreamId = streamId;
        nextSubscriptionId = subscriptionId;
    }
}
