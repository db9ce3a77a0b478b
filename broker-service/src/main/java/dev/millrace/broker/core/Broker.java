package dev.millrace.broker.core;

import dev.millrace.broker.log.RecordVisitor;
import dev.millrace.broker.log.SnapshotInput;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The state of the broker, owned by one thread. It is made in steps: given the newest snapshot ({@link #restore}), shown
 * the facts of the log behind it, oldest first ({@link #recovery}), then opened; from then on it executes commands. What comes of them is appended to the log at
 * once, but told to no one: the caller takes the effects and releases them when the log is synced.
 */
public final class Broker {

    private final Ledger ledger;
    private final Destinations destinations;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Retention retention;
    private final DeadLetterRetention deadLetterRetention;
    private final Cleaner cleaner;
    private final Bounds bounds;
    private final Temporaries temporaries;
    private final Transactions transactions;
    private final Settings settings;
    private final Views views;
    private final Administration administration;
    private final Replaying replaying;

    /**
     * @param autoCreate whether an unknown address makes a destination
     * @param random spreads the retries
     */
    public Broker(boolean autoCreate, RandomGenerator random) {
        this(autoCreate, random, MessageContent.OPAQUE);
    }

    /**
     * @param autoCreate whether an unknown address makes a destination
     * @param random spreads the retries
     * @param content looks into messages
     */
    public Broker(boolean autoCreate, RandomGenerator random, MessageContent content) {
        this(autoCreate, random, content, History.NONE);
    }

    /**
     * @param autoCreate whether an unknown address makes a destination
     * @param random spreads the retries
     * @param content looks into messages
     * @param history is told what happens to each message
     */
    public Broker(boolean autoCreate, RandomGenerator random, MessageContent content, History history) {
        Lives lives = new Lives(history);
        MessageFilter.Compiler filters = content.filters();
        ledger = new Ledger(content);
        destinations = new Destinations(ledger, autoCreate, filters);
        deadLetterRetention = new DeadLetterRetention(ledger, lives);
        temporaries = new Temporaries(ledger, destinations, random);
        consuming = new Consuming(ledger, destinations, random, deadLetterRetention, temporaries, lives);
        retention = new Retention(ledger, consuming);
        bounds = new Bounds(ledger, consuming, lives);
        publishing = new Publishing(ledger, destinations, consuming, retention, bounds, temporaries, lives);
        transactions = new Transactions(ledger, publishing, consuming);
        cleaner = new Cleaner(ledger);
        settings = new Settings(ledger, publishing, bounds);
        views = new Views(ledger);
        AuditLog audit = new AuditLog(ledger, retention);
        replaying = new Replaying(ledger, publishing, audit, lives, content, random);
        administration = new Administration(
                ledger,
                destinations,
                publishing,
                consuming,
                settings,
                views,
                new DeadLetters(ledger, replaying, audit, lives),
                new Schemas(ledger, destinations, content.checks()));
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
        replaying.open();
    }

    /** Executes one command as of a time (epoch milliseconds), which must not go back. */
    public void execute(Command command, long now) {
        switch (command) {
            case Command.AttachPublisher attach -> publishing.attach(attach);
            case Command.Publish publish -> publishing.publish(publish, now);
            case Command.DetachPublisher detach -> {
                publishing.detach(detach.link());
                endTemporary(detach.link());
            }
            case Command.AttachConsumer attach -> consuming.attach(attach, now);
            // What has expired meanwhile makes room.
            case Command.Flow flow -> refill(consuming.flow(flow, now));
            case Command.Settle settle -> refill(consuming.settle(settle, now));
            case Command.DetachConsumer detach -> {
                refill(consuming.detach(detach, now));
                endTemporary(detach.link());
            }
            case Command.Confirm confirm -> ledger.let(new Effect.Confirmed(confirm.link()));
            case Command.BeginTransaction begin -> transactions.begin(begin);
            case Command.EndTransaction end -> transactions.end(end, now);
            case Command.DetachController detach -> transactions.detach(detach.link(), now);
            case Command.PublishInTransaction publish -> transactions.publish(publish, now);
            case Command.SettleInTransaction settle -> transactions.settle(settle, now);
            case Command.Declare declare -> administration.declare(declare, now);
            case Command.Administer<?> administer -> administration.execute(administer, now);
            case Command.Describe describe -> ledger.let(new Effect.Answered<>(describe.answer(), views.all(now)));
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
                    bounds.dropExcess(subscription, now);
                    publishing.grantAll(subscription.stream);
                }
                case Transaction transaction -> transactions.expire(transaction, now);
                case Replay replay -> replaying.step(replay, now);
                case Stream stream -> {
                    retention.check(stream, now);
                    deadLetterRetention.check(stream, now);
                    publishing.grantAll(stream);
                }
            }
        }
        if (!publishing.isDiskFull()) {
            cleaner.step(now);
        }
    }

    /** What was made for a link goes with it. */
    private void endTemporary(Object link) {
        Stream stream = temporaries.end(link);
        if (stream != null) {
            BrokerError error = new BrokerError(
                    BrokerError.Code.RESOURCE_DELETED, "'" + stream.name + "' was temporary; its maker is gone.");
            publishing.close(stream, error);
            stream.subscriptions.forEach(subscription -> consuming.close(subscription, error));
            ledger.delete(stream);
        }
    }

    private void refill(Subscription subscription) {
        if (subscription != null) {
            publishing.grantAll(subscription.stream);
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
}
