package dev.millrace.broker.core;

import dev.millrace.broker.log.RecordVisitor;
import dev.millrace.broker.log.SnapshotInput;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Where everything that happens becomes a fact: appended to the log and applied to the state, in that order, by the
 * same code that applies it again at recovery.
 */
final class Ledger implements RecordVisitor {

    final Deadlines deadlines = new Deadlines();
    final Topology topology;
    private MessageStore store;
    /** Null during recovery. */
    private LiveBytes live;

    final Replays replays = new Replays();
    private final PreparedMessages prepared = new PreparedMessages();
    /** What happens together just now; null mostly. */
    private List<Fact> group;

    private List<Effect> effects = new ArrayList<>();

    Ledger(MessageContent content) {
        topology = new Topology(deadlines, content);
    }

    /** Takes a snapshot's state, before the facts behind it. */
    void restore(SnapshotInput input) {
        topology.restore(input);
        replays.restore(input);
        for (int left = input.hasMore() ? input.entry().getInt() : 0; left > 0; left--) {
            topology.apply(SchemaFact.readFrom(input.entry()));
        }
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
            stream.open();
            live.addAll(stream);
        }
        for (Subscription subscription : topology.subscriptions()) {
            subscription.open();
            park(subscription);
            subscription.lanes.placeReplayed();
        }
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
        switch (Fact.read(type, body)) {
            case StoredMessage.Prepared message -> prepared.add(message, position, length);
            case Grouped group -> apply(group);
            case Fact fact -> {
                prepared.drop();
                apply(fact, position, length);
            }
        }
    }

    private void apply(Grouped group) {
        Iterator<PreparedMessages.Found> messages =
                prepared.take(group.messages()).iterator();
        for (Fact fact : group.facts()) {
            if (fact == null) {
                PreparedMessages.Found message = messages.next();
                apply(message.fact(), message.position(), message.length());
            } else {
                apply(fact, 0, 0);
            }
        }
    }

    /** Makes all that the work records hold together, or not at all. */
    void atomically(Runnable work) {
        group = new ArrayList<>();
        work.run();
        Grouped together = new Grouped(group);
        group = null;
        if (!together.facts().isEmpty()) {
            store.append(together);
        }
    }

    private void recordInGroup(Fact fact) {
        if (fact instanceof StoredMessage message) {
            StoredMessage.Prepared part = new StoredMessage.Prepared(message);
            int length = part.length();
            group.add(part);
            apply(message, store.append(part), length);
        } else {
            group.add(fact);
            apply(fact, 0, 0);
        }
    }

    /** Makes something a durable fact. */
    void record(Fact fact) {
        if (group != null) {
            recordInGroup(fact);
            return;
        }
        int length = fact.length();
        apply(fact, store.append(fact), length);
    }

    private void apply(Fact fact, long position, int length) {
        switch (fact) {
            case Fact.QueueDeclared declared -> {
                topology.apply(declared);
                park(topology.subscription(declared.subscriptionId()));
            }
            case Fact.TopicDeclared declared -> topology.apply(declared);
            case Fact.SubscriptionDeclared declared -> {
                topology.apply(declared, true);
                park(topology.subscription(declared.subscriptionId()));
            }
            case StoredMessage.Published published -> {
                Stream stream = topology.stream(published.streamId());
                // Null is a temporary one of an earlier life.
                if (stream != null) {
                    add(stream, position, length, published.message());
                    if (stream.duplicates() != null) {
                        stream.duplicates()
                                .add(published.message().messageId(), published.offset(), published.enqueuedAt());
                    }
                }
            }
            case Fact.Settled settled -> settle(topology.subscription(settled.subscriptionId()), settled.offsets());
            case Fact.AttemptFailed failed ->
                topology.subscription(failed.subscriptionId())
                        .fail(failed.offset(), failed.failures(), failed.dueAt(), failed.attempt());
            case StoredMessage.DeadLettered dead -> apply(dead, position, length);
            case StoredMessage.Replayed replayed -> apply(replayed, position, length);
            case ReplayFact ofReplay -> replays.apply(ofReplay);
            case StoredMessage.Moved moved -> {
                if (topology.stream(moved.streamId()) instanceof Stream stream) {
                    move(stream, moved.offset(), position, length);
                }
            }
            case Fact.Trimmed trimmed -> {
                if (topology.stream(trimmed.streamId()) instanceof Stream topic) {
                    trim(topic, trimmed.first());
                }
            }
            case Fact.Dropped dropped -> drop(topology.subscription(dropped.subscriptionId()), dropped.offsets());
            case BindingFact.Bound bound -> topology.apply(bound);
            case BindingFact.Unbound unbound -> topology.apply(unbound);
            case SchemaFact schema -> topology.apply(schema);
            case StoredMessage.Prepared part ->
                throw new IllegalStateException("a prepared message happens with its group only");
            case Grouped inner -> throw new IllegalStateException("a group in a group");
            case SteeringFact.Paused paused -> topology.subscription(paused.subscriptionId()).paused = paused.paused();
            case SteeringFact.Sought sought ->
                topology.subscription(sought.subscriptionId()).seek(sought.offset());
            case SteeringFact.StreamDeleted deleted -> delete(topology.stream(deleted.streamId()));
            case SteeringFact.SubscriptionDeleted deleted -> delete(topology.subscription(deleted.subscriptionId()));
        }
    }

    private void apply(StoredMessage.DeadLettered dead, long position, int length) {
        Stream deadLetters = topology.stream(dead.streamId());
        Subscription source = topology.subscription(dead.subscriptionId());
        Death death = dead.deaths().getLast();
        deadLetters.addDeadLetter(position, length, dead.message(), death.reason());
        if (live != null) {
            live.add(position, length);
        }
        if (source.parks()) {
            source.lanes.park(source.stream.index.key(dead.offset()));
        }
        replays.died(source.name, dead.offset(), death);
        settle(source, dead.offset());
    }

    private void apply(StoredMessage.Replayed replayed, long position, int length) {
        Stream stream = topology.stream(replayed.streamId());
        add(stream, position, length, replayed.message());
        for (Subscription subscription : stream.subscriptions) {
            if (replayed.onlyFor() != 0 && subscription.id != replayed.onlyFor()) {
                subscription.settle(replayed.offset());
            } else if (subscription.parks()) {
                subscription.lanes.cameBack(replayed.offset(), live != null);
            }
        }
        settle(topology.subscription(replayed.deadLettersId()), replayed.deadLetterOffset());
        replays.apply(replayed);
    }

    /** Finds out anew which keys wait for one of theirs that is a dead letter. */
    private void park(Subscription subscription) {
        subscription.unparkAll();
        Stream deadLetters =
                subscription.parks() ? topology.stream(subscription.name + Address.DEAD_LETTER_SUFFIX) : null;
        if (deadLetters == null) {
            return;
        }
        SettledOffsets settled = deadLetters.only().settled;
        for (long offset = settled.floor(); offset < deadLetters.index.next(); offset++) {
            if (!settled.contains(offset)) {
                subscription.lanes.park(deadLetters.index.key(offset));
            }
        }
    }

    private void unpark(Subscription deadLetters, long offset) {
        String source = deadLetters.name.substring(0, deadLetters.name.length() - Address.DEAD_LETTER_SUFFIX.length());
        Subscription subscription = topology.subscription(source);
        if (subscription != null && subscription.parks()) {
            subscription.unpark(deadLetters.stream.index.key(offset));
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
        subscription.settledCount += letGo(subscription, offsets);
    }

    /** Drops without a fact: what a subscription that is not durable does. */
    void drop(Subscription subscription, long... offsets) {
        subscription.droppedCount += letGo(subscription, offsets);
        subscription.forgetDelayed();
    }

    private int letGo(Subscription subscription, long... offsets) {
        Stream stream = subscription.stream;
        int count = 0;
        for (long offset : offsets) {
            if (subscription.settle(offset)) {
                count++;
                if (!stream.topic) {
                    noLongerNeeded(stream, offset);
                }
                if (subscription.isDeadLetterQueue()) {
                    stream.settled(offset);
                    unpark(subscription, offset);
                }
            }
        }
        if (!stream.topic) {
            stream.trimTo(subscription.settled.floor());
        }
        return count;
    }

    /** A queue or topic goes, and all that hangs on it. */
    void delete(Stream stream) {
        for (Subscription subscription : List.copyOf(stream.subscriptions)) {
            delete(subscription);
        }
        if (live != null) {
            live.removeAll(stream);
        }
        topology.remove(stream);
    }

    /** A subscription goes with its dead letters; a queue's messages stay for {@link #delete(Stream)}. */
    private void delete(Subscription subscription) {
        Stream deadLetters = topology.stream(subscription.name + Address.DEAD_LETTER_SUFFIX);
        if (deadLetters != null) {
            delete(deadLetters);
        }
        if (subscription.stream.topic) {
            topology.remove(subscription);
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
        stream.move(offset, position, length);
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

    /** Says that a message will be read soon. */
    void expect(Stream stream, long offset) {
        store.expect(stream.index.position(offset), stream.index.bodyLength(offset));
    }

    /** Everything durable as of now. */
    Snapshot capture() {
        return new Snapshot(
                store.endPosition(), topology.capture(), replays.capture(), topology.captureSchemas(), emptySegments());
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
