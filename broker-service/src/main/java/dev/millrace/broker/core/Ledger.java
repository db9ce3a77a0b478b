package dev.millrace.broker.core;

import dev.millrace.broker.log.RecordVisitor;
import dev.millrace.broker.log.SnapshotInput;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything that happens becomes a fact: appended to the log and applied to the state, in that order, by the
 * same code that applies it again at recovery.
 */
final class Ledger implements RecordVisitor {

    final Deadlines deadlines = new Deadlines();
    final Topology topology = new Topology(deadlines);
    private MessageStore store;
    /** Null during recovery. */
    private LiveBytes live;

    private List<Effect> effects = new ArrayList<>();

    /** Takes a snapshot's state, before the facts behind it. */
    void restore(SnapshotInput input) {
        topology.restore(input);
    }

    /**
     * Ends recovery: from now on facts are appended to this store. All that recovery has found is durable by now, so
     * what is empty before the snapshot that it began with goes at once.
     *
     * @throws dev.millrace.broker.log.LogCorruptException if the log lacks a message that is still needed
     */
    void open(MessageStore messageStore, long snapshotPosition) {
        store = messageStore;
        live = new LiveBytes(store);
        for (Stream stream : topology.streams()) {
            stream.arrived = 0;
            live.addAll(stream);
        }
        topology.subscriptions().forEach(Subscription::open);
        for (long base : emptySegments()) {
            if (store.segmentEnd(base) <= snapshotPosition) {
                discard(base);
            }
        }
    }

    /** Applies a fact found in the log. */
    @Override
    public void visit(byte type, long position, ByteBuffer body) {
        int length = body.remaining();
        apply(Fact.read(type, body), position, length);
    }

    /** Makes something a durable fact. */
    void record(Fact fact) {
        int length = fact.length();
        apply(fact, store.append(fact), length);
    }

    private void apply(Fact fact, long position, int length) {
        switch (fact) {
            case Fact.QueueDeclared declared -> topology.apply(declared);
            case Fact.TopicDeclared declared -> topology.apply(declared);
            case Fact.SubscriptionDeclared declared -> topology.apply(declared, true);
            case StoredMessage.Published published -> {
                Stream stream = topology.stream(published.streamId());
                add(stream, position, length, published.message());
                stream.arrived++;
            }
            case Fact.Settled settled -> settle(topology.subscription(settled.subscriptionId()), settled.offsets());
            case Fact.AttemptFailed failed ->
                topology.subscription(failed.subscriptionId()).fail(failed.offset(), failed.failures(), failed.dueAt());
            case StoredMessage.DeadLettered dead -> {
                add(topology.stream(dead.streamId()), position, length, dead.message());
                settle(topology.subscription(dead.subscriptionId()), dead.offset());
            }
            case StoredMessage.Moved moved -> move(topology.stream(moved.streamId()), moved.offset(), position, length);
            case Fact.Trimmed trimmed -> trim(topology.stream(trimmed.streamId()), trimmed.first());
        }
    }

    private void add(Stream stream, long position, int length, Message message) {
        stream.add(position, length, message);
        if (live != null) {
            live.add(position, length);
        }
    }

    /** Settles without a fact: what a subscription that is not durable does. */
    void settle(Subscription subscription, long... offsets) {
        Stream stream = subscription.stream;
        for (long offset : offsets) {
            if (subscription.settle(offset)) {
                subscription.settledCount++;
                if (!stream.topic) {
                    noLongerNeeded(stream, offset);
                }
            }
        }
        if (!stream.topic) {
            stream.trimTo(subscription.settled.floor());
        }
    }

    private void trim(Stream topic, long first) {
        for (long offset = topic.index.first(); offset < first; offset++) {
            noLongerNeeded(topic, offset);
            for (Subscription subscription : topic.subscriptions) {
                subscription.settle(offset);
            }
        }
        topic.trimTo(first);
    }

    private void move(Stream stream, long offset, long position, int length) {
        noLongerNeeded(stream, offset);
        stream.index.move(offset, position, length);
        if (live != null) {
            live.add(position, length);
        }
    }

    private void noLongerNeeded(Stream stream, long offset) {
        if (live != null) {
            live.remove(stream.index.position(offset), stream.index.bodyLength(offset));
        }
    }

    StoredMessage read(Stream stream, long offset) {
        return store.read(stream.index.position(offset), stream.index.bodyLength(offset));
    }

    /** Everything durable as of now. */
    Snapshot capture() {
        return new Snapshot(store.endPosition(), topology.capture(), emptySegments());
    }

    /** Bases of the segments that no message needs; the last one, which is being written to, is not looked at. */
    private long[] emptySegments() {
        LongArrayList empty = new LongArrayList();
        long[] bases = store.segmentBases();
        for (int i = 0; i < bases.length - 1; i++) {
            if (live.in(bases[i]) == 0) {
                empty.add(bases[i]);
            }
        }
        return empty.toLongArray();
    }

    /** Gives back the segments that a durable snapshot shows to be empty. */
    void discardEmpty(Snapshot durable) {
        for (long base : durable.emptySegments()) {
            if (store.segmentBase(base) == base) {
                discard(base);
            }
        }
    }

    private void discard(long base) {
        live.discard(base);
        store.discard(base);
    }

    MessageStore store() {
        return store;
    }

    /** Bytes of a segment that messages still need. */
    long liveBytes(long segmentBase) {
        return live.in(segmentBase);
    }

    /** Bytes of the log that no message needs. */
    long deadBytes() {
        return store.sizeBytes() - live.total();
    }

    void let(Effect effect) {
        effects.add(effect);
    }

    /** Hands over the effects so far; the ledger starts a new list. */
    List<Effect> takeEffects() {
        List<Effect> taken = effects;
        effects = new ArrayList<>(Math.max(16, taken.size()));
        return taken;
    }
}
