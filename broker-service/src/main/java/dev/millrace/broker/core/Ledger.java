package dev.millrace.broker.core;

import dev.millrace.broker.log.RecordVisitor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything that happens becomes a fact: appended to the log and applied to the state, in that order, by the
 * same code that applies it again at recovery.
 */
final class Ledger implements RecordVisitor {

    final Topology topology = new Topology();
    private MessageStore store;
    private List<Effect> effects = new ArrayList<>();

    /** Ends recovery: from now on facts are appended to this store. */
    void open(MessageStore messageStore) {
        store = messageStore;
        topology.streams().forEach(stream -> stream.arrived = 0);
        topology.subscriptions().forEach(Subscription::open);
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
            case Fact.MessageStored stored -> {
                Stream stream = topology.stream(stored.streamId());
                stream.add(position, length, stored.message());
                stream.arrived++;
            }
            case Fact.Settled settled -> settle(topology.subscription(settled.subscriptionId()), settled.offsets());
            case Fact.AttemptFailed failed ->
                topology.subscription(failed.subscriptionId()).fail(failed.offset(), failed.failures(), failed.dueAt());
            case Fact.DeadLettered dead -> {
                topology.stream(dead.streamId()).add(position, length, dead.message());
                settle(topology.subscription(dead.subscriptionId()), dead.offset());
            }
        }
    }

    /** Settles without a fact: what a subscription that is not durable does. */
    static void settle(Subscription subscription, long... offsets) {
        for (long offset : offsets) {
            if (subscription.settle(offset)) {
                subscription.settledCount++;
            }
        }
        subscription.stream.trim();
    }

    Fact.Stored read(Stream stream, long offset) {
        return store.read(stream.index.position(offset), stream.index.bodyLength(offset));
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
