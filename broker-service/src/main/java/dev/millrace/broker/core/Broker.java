package dev.millrace.broker.core;

import dev.millrace.broker.log.RecordVisitor;
import dev.millrace.broker.log.SnapshotInput;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state of the broker, owned by one thread. It is made in steps: given the newest snapshot ({@link #restore}), shown
 * the facts of the log behind it, oldest first ({@link #recovery}), then opened; from then on it executes commands. What comes of them is appended to the log at
 * once, but told to no one: the caller takes the effects and releases them when the log is synced.
 */
public final class Broker {

    private final Ledger ledger = new Ledger();
    private final Destinations destinations;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Retention retention;
    private final Cleaner cleaner;

    /**
     * @param autoCreate whether an unknown address makes a destination
     * @param random spreads the retries
     */
    public Broker(boolean autoCreate, RandomGenerator random) {
        destinations = new Destinations(ledger, autoCreate);
        consuming = new Consuming(ledger, destinations, random);
        retention = new Retention(ledger, consuming);
        publishing = new Publishing(ledger, destinations, consuming, retention);
        cleaner = new Cleaner(ledger);
    }

    /** Takes the state of a snapshot; before anything else. */
    public void restore(SnapshotInput input) {
        ledger.restore(input);
    }

    /** Takes the facts of an existing log. */
    public RecordVisitor recovery() {
        return ledger;
    }

    /**
     * Ends recovery.
     *
     * @param snapshotPosition of the snapshot that was restored; 0 if none was
     * @throws dev.millrace.broker.log.LogCorruptException if the log lacks a message that is still needed
     */
    public void open(MessageStore store, long snapshotPosition) {
        ledger.open(store, snapshotPosition);
        retention.checkAll();
    }

    /** Executes one command as of a time (epoch milliseconds), which must not go back. */
    public void execute(Command command, long now) {
        switch (command) {
            case Command.AttachPublisher attach -> publishing.attach(attach);
            case Command.Publish publish -> publishing.publish(publish, now);
            case Command.DetachPublisher detach -> publishing.detach(detach.link());
            case Command.AttachConsumer attach -> consuming.attach(attach);
            case Command.Flow flow -> consuming.flow(flow, now);
            case Command.Settle settle -> refill(consuming.settle(settle, now));
            case Command.DetachConsumer detach -> refill(consuming.detach(detach, now));
            case Command.Declare declare -> declare(declare);
            case Command.Describe describe -> ledger.let(new Effect.Answered<>(describe.answer(), views(now)));
            case Command.Tick tick -> tick(now);
            case Command.ReportDisk report -> publishing.disk(report.state());
            case Command.TakeSnapshot take -> {
                cleaner.captured();
                ledger.let(new Effect.SnapshotTaken(take.sink(), ledger.capture()));
            }
            case Command.UseSnapshot use -> {
                ledger.discardEmpty(use.durable());
                cleaner.begin(use.durable().position(), now);
            }
        }
    }

    private void tick(long now) {
        for (Timed due = ledger.deadlines.takeDue(now); due != null; due = ledger.deadlines.takeDue(now)) {
            switch (due) {
                case Subscription subscription -> {
                    consuming.check(subscription, now);
                    publishing.grantAll(subscription.stream);
                }
                case Stream topic -> retention.check(topic, now);
            }
        }
        if (!publishing.isDiskFull()) {
            cleaner.step(now);
        }
    }

    private void refill(Subscription subscription) {
        if (subscription != null) {
            publishing.grantAll(subscription.stream);
        }
    }

    private void declare(Command.Declare declare) {
        try {
            destinations.declare(declare.queues(), declare.topics());
            retention.checkAll();
            ledger.let(new Effect.Answered<>(declare.answer(), null));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.Failed<>(declare.answer(), refusal.error()));
        }
    }

    /** Hands over what came of the commands since the last call, in order. */
    public List<Effect> takeEffects() {
        return ledger.takeEffects();
    }

    /** Epoch milliseconds at which a {@link Command.Tick} has something to do; {@link Long#MAX_VALUE} if never. */
    public long nextDeadline() {
        long earliest = ledger.deadlines.earliest();
        return publishing.isDiskFull() ? earliest : Math.min(earliest, cleaner.nextStepAt());
    }

    /** Bytes of the log that no message needs; a snapshot gives back the segments that hold nothing else. */
    public long deadBytes() {
        return ledger.deadBytes();
    }

    /** Whether segments were emptied that a snapshot would give back. */
    public boolean hasEmptiedSegments() {
        return cleaner.hasEmptied();
    }

    private List<DestinationView> views(long now) {
        List<DestinationView> views = new ArrayList<>();
        for (Stream stream : ledger.topology.streams()) {
            if (stream.topic) {
                views.add(topicView(stream, now));
            }
        }
        for (Subscription subscription : ledger.topology.subscriptions()) {
            if (subscription.durable) {
                views.add(view(subscription, now));
            }
        }
        return views;
    }

    private DestinationView topicView(Stream topic, long now) {
        return new DestinationView(
                DestinationView.Kind.TOPIC,
                topic.name,
                topic.depth(),
                0,
                0,
                0,
                ageOf(topic, topic.index.first(), now),
                topic.arrived,
                0,
                0,
                0);
    }

    private DestinationView view(Subscription subscription, long now) {
        Subscription deadLetters = ledger.topology.subscription(subscription.name + Address.DEAD_LETTER_SUFFIX);
        return new DestinationView(
                subscription.stream.topic ? DestinationView.Kind.SUBSCRIPTION : DestinationView.Kind.QUEUE,
                subscription.name,
                subscription.depth(),
                subscription.inFlight.size(),
                subscription.delayedCount(),
                deadLetters == null ? 0 : deadLetters.depth(),
                ageOf(subscription.stream, subscription.settled.floor(), now),
                subscription.stream.arrived,
                subscription.settledCount,
                subscription.failedCount,
                subscription.consumers.size());
    }

    private long ageOf(Stream stream, long offset, long now) {
        return offset == stream.index.next()
                ? 0
                : Math.max(0, now - ledger.read(stream, offset).enqueuedAt());
    }
}
