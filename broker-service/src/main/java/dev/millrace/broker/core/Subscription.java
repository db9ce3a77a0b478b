package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * A durable reader of a stream. Every message of the stream from its start on is, for this subscription, in exactly
 * one of these places:
 *
 * <ul>
 *   <li>not looked at: at or behind the {@linkplain #cursor cursor};
 *   <li>ready: to be delivered before the cursor moves on;
 *   <li>in flight: with a consumer;
 *   <li>delayed: waiting for its time or its retry;
 *   <li>behind another message of the same ordering key, in its {@link KeyLane};
 *   <li>settled.
 * </ul>
 */
final class Subscription extends Timed {

    final int id;
    final Stream stream;
    final String name;
    final boolean durable;
    final SettledOffsets settled;
    final Long2ObjectOpenHashMap<InFlight> inFlight = new Long2ObjectOpenHashMap<>();
    final List<Consumer> consumers = new ArrayList<>();
    /** Consumers that have credit; the head is next. */
    final Deque<Consumer> willing = new ArrayDeque<>();

    QueueSettings settings;
    /** Whether it hands nothing out for now. */
    boolean paused;

    /** Whether there may be something to deliver behind much that is passed over. */
    boolean isPassing;

    /** Whether one of its consumers waits for the end of a drain. */
    boolean isDraining;

    long settledCount;
    long failedCount;
    long droppedCount;
    final DeathCounts died = new DeathCounts();

    private Selection selection = Selection.ALL;
    /** What all its consumers get; null for everything. */
    private MessageFilter filter;
    /** With a filter: what is before this offset and does not fit is settled. */
    private long scanned;
    /** Which consumer wants which message; null while all take whatever there is. */
    Matchmaker matchmaker;

    /** The next offset to look at. */
    private long cursor;

    private final Deadlines deadlines;
    private final DueOffsets delayed = new DueOffsets();

    private final LongHeapPriorityQueue ready = new LongHeapPriorityQueue();
    /** In place of the cursor and what is ready; null while all messages have the same priority. */
    private PriorityOrder priorities;

    final KeyLanes lanes;
    private final boolean deadLetterQueue;
    private final Failures failures = new Failures();
    /** Ids of deliveries in the order in which their locks run out; some of them settled long ago. */
    private final LongArrayFIFOQueue locks = new LongArrayFIFOQueue();

    private long lastDeliveryId;
    /** Deliveries up to this one are of before a seek. */
    private long forgottenDeliveryId;

    private final Backlog backlog = new Backlog();
    /** New at each start, like the counters. */
    LoadMeter load;

    Subscription(
            int id,
            Stream stream,
            String name,
            long from,
            QueueSettings settings,
            boolean durable,
            Deadlines deadlines) {
        this.deadlines = deadlines;
        this.id = id;
        this.stream = stream;
        this.name = name;
        this.settings = settings;
        this.durable = durable;
        this.settled = new SettledOffsets(from);
        this.lanes = new KeyLanes(stream.index, settled, this::comeForth);
        this.cursor = from;
        deadLetterQueue = name.endsWith(Address.DEAD_LETTER_SUFFIX);
        load = new LoadMeter(stream.arrived, stream.index.next());
        backlog.apply(this);
    }

    Selection selection() {
        return selection;
    }

    /** Takes a selection, for what is not scanned yet. */
    void select(Selection newSelection, MessageFilter.Compiler filters) {
        selection = newSelection;
        filter = newSelection.isAll() ? null : filters.compile(newSelection);
        scanned = Math.max(settled.floor(), cursor);
    }

    boolean isFiltered() {
        return filter != null;
    }

    /** Whether it is to get the message that its stream is about to store. */
    boolean wants(Message message, long now) {
        return filter == null || filter.matches(message, stream.index.next(), now, List.of());
    }

    /** An offset that the filter has not seen; -1 if it has seen all. */
    long nextToScan() {
        scanned = Math.max(scanned, settled.floor());
        while (scanned < stream.index.next() && settled.contains(scanned)) {
            scanned++;
        }
        return scanned < stream.index.next() ? scanned : -1;
    }

    /** Whether there are messages that the filter has not seen: it may not want them, and counts them. */
    boolean hasToScan() {
        return filter != null && nextToScan() >= 0;
    }

    /** Lets the filter see the message that {@link #nextToScan} named: what it does not want is done with. */
    void scan(StoredMessage stored) {
        long offset = scanned++;
        boolean wanted = stored.onlyFor() == 0
                ? filter.matches(stored.message(), offset, stored.enqueuedAt(), stored.deaths())
                : stored.onlyFor() == id;
        if (!wanted) {
            settle(offset);
            load.passedOver(offset);
        }
    }

    /** Is done with everything before an offset. */
    void settleBefore(long offset) {
        for (long old = settled.floor(); old < offset; old = Math.max(old + 1, settled.floor())) {
            settle(old);
        }
    }

    /** Whether it is to deliver a message: one that was replayed to another subscription it is not. */
    boolean concerns(StoredMessage stored) {
        return stored.onlyFor() == 0 || stored.onlyFor() == id;
    }

    /** What may be looked at ends before this offset. */
    private long visibleEnd() {
        return filter == null ? stream.index.next() : scanned;
    }

    boolean isDeadLetterQueue() {
        return deadLetterQueue;
    }

    /** Messages not settled. */
    long depth() {
        return stream.index.next() - settled.floor() - settled.countAbove();
    }

    /** Messages that wait, those with consumers not counted. */
    long waiting() {
        return depth() - inFlight.size();
    }

    /** Bytes of the messages not settled; only while there is a bound on them. */
    long bytes() {
        return backlog.bytes();
    }

    /** Bytes of the messages that no consumer has; only where the oldest are dropped. */
    long waitingBytes() {
        return backlog.waitingBytes();
    }

    /** The oldest message from an offset on that no consumer has; -1 if there is none. Only where these are dropped. */
    long oldestWaiting(long from) {
        return backlog.oldestWaiting(this, from);
    }

    /** Ends recovery: delivery starts at the oldest message that is not settled, the counters at zero. */
    void open() {
        cursor = settled.floor();
        priorities = null;
        scanned = settled.floor();
        settledCount = 0;
        droppedCount = 0;
        load = new LoadMeter(0, stream.index.next());
        backlog.apply(this);
    }

    /** Takes new settings. */
    void apply(QueueSettings newSettings) {
        settings = newSettings;
        backlog.apply(this);
    }

    /** Notes that its stream has one more message. */
    void added(int bodyLength) {
        backlog.added(bodyLength);
    }

    /** Notes that a message takes more or less space than before. */
    void grown(long offset, int bytes) {
        if (!settled.contains(offset)) {
            backlog.added(bytes);
        }
    }

    /** Forgets all that it knew of single messages, and begins anew at an offset. */
    void seek(long offset) {
        inFlight.values().forEach(delivery -> delivery.consumer().unsettled--);
        inFlight.clear();
        forgottenDeliveryId = lastDeliveryId;
        locks.clear();
        ready.clear();
        priorities = null;
        delayed.clear();
        lanes.clear();
        failures.clear();
        settled.reset(offset);
        cursor = offset;
        scanned = offset;
        if (matchmaker != null) {
            matchmaker.clear();
        }
        backlog.apply(this);
    }

    /** The next message to deliver at this time; -1 if there is none. It has to be taken. */
    long next(long now) {
        // Also what came forth lately, had failed before, and is due.
        wakeDelayed(now);
        if (priorities != null || stream.index.hasPriorities()) {
            return nextByPriority(now);
        }
        while (!ready.isEmpty()) {
            long offset = ready.dequeueLong();
            if (!settled.contains(offset)) {
                return offset;
            }
        }
        cursor = Math.max(cursor, settled.floor());
        long end = visibleEnd();
        while (cursor < end && lanes.hasRoom()) {
            long offset = cursor++;
            if (canGo(offset, now)) {
                return offset;
            }
        }
        return -1;
    }

    private long nextByPriority(long now) {
        if (priorities == null) {
            priorities = new PriorityOrder(this, Math.max(cursor, settled.floor()));
            while (!ready.isEmpty()) {
                priorities.add(ready.dequeueLong());
            }
        }
        long offset = priorities.next(visibleEnd(), now);
        cursor = priorities.lookedAtBefore();
        if (!stream.index.hasPriorities() && cursor == stream.index.next()) {
            priorities.drainTo(ready);
            priorities = null;
        }
        return offset;
    }

    /** Looks at a message for the first time; if it cannot go yet, it waits where it has to. */
    boolean canGo(long offset, long now) {
        if (settled.contains(offset) || lanes.isReplayed(offset)) {
            return false;
        }
        boolean failed = failures.contains(offset);
        long dueAt = failed ? failures.dueAt(offset) : stream.index.deliverAt(offset);
        if (dueAt <= now) {
            return lanes.enter(offset);
        }
        if (!failed || lanes.enter(offset)) {
            // A scheduled message takes its place in its key's order when it is due, a failed one keeps it.
            delayed.schedule(dueAt, offset, now);
            deadlines.set(this, nextDelayed());
        }
        return false;
    }

    private void addReady(long offset) {
        if (priorities == null) {
            ready.enqueue(offset);
        } else {
            priorities.add(offset);
        }
    }

    /** Makes the delayed messages ready whose time has come. */
    void wakeDelayed(long now) {
        while (delayed.earliest() <= now) {
            long offset = delayed.poll();
            if (!settled.contains(offset) && lanes.enter(offset)) {
                addReady(offset);
            }
        }
    }

    private void delay(long offset, long dueAt) {
        delayed.add(dueAt, offset);
        deadlines.set(this, dueAt);
    }

    private long nextDelayed() {
        return Math.min(delayed.earliest(), delayed.nextApproach());
    }

    /** Tells of delayed messages whose time comes soon, each once. */
    void expectDelayed(long now, LongConsumer expected) {
        delayed.approach(now, offset -> {
            if (!settled.contains(offset)) {
                expected.accept(offset);
            }
        });
    }

    /** Forgets delayed messages that went, before there are more of these than of others. */
    void forgetDelayed() {
        if (delayed.size() > 2 * depth() + 1_000) {
            delayed.removeIf(settled::contains);
        }
    }

    /** Messages that wait for their time or their retry at this time. */
    long delayedCount(long now) {
        LongPredicate unseen =
                priorities == null ? offset -> offset >= cursor : offset -> !priorities.hasLookedAt(offset);
        return delayed.size() + stream.index.countScheduled(cursor, now, unseen) + failures.countDelayed(now, unseen);
    }

    /** Whether the later messages of a dead letter's key wait for it. */
    boolean parks() {
        return settings.onDeadLetter() == QueueSettings.OnDeadLetter.PARK;
    }

    /** Notes that a message of this key is no longer among the dead letters. */
    void unpark(int key) {
        if (lanes.unpark(key)) {
            deadlines.set(this, 0);
        }
    }

    /** Forgets all keys that wait for dead letters; who still has to is said anew. */
    void unparkAll() {
        if (lanes.unparkAll()) {
            deadlines.set(this, 0);
        }
    }

    /** Makes a message ready that others of its key were before; one that has failed waits until it is due. */
    private void comeForth(long offset) {
        if (failures.contains(offset)) {
            delay(offset, failures.dueAt(offset));
        } else {
            addReady(offset);
        }
    }

    void lock(InFlight delivery) {
        lastDeliveryId = delivery.deliveryId();
        inFlight.put(delivery.deliveryId(), delivery);
        backlog.handedOut(stream, delivery.offset());
        locks.enqueue(delivery.deliveryId());
        deadlines.set(this, delivery.lockedUntil());
    }

    /** Whether a delivery that was taken out of flight still counts: its message is not settled, and nobody has sought. */
    boolean isOpen(InFlight delivery) {
        return delivery.deliveryId() > forgottenDeliveryId && !settled.contains(delivery.offset());
    }

    /** Takes a delivery out of flight; null if it is not (or no longer) this consumer's. */
    InFlight unlock(long deliveryId, Consumer consumer) {
        InFlight delivery = inFlight.get(deliveryId);
        if (delivery == null || delivery.consumer() != consumer) {
            return null;
        }
        inFlight.remove(deliveryId);
        backlog.takenBack(stream, delivery.offset());
        consumer.unsettled--;
        return delivery;
    }

    /** The delivery whose lock runs out first; null if none is in flight. */
    InFlight oldestLock() {
        while (!locks.isEmpty()) {
            InFlight delivery = inFlight.get(locks.firstLong());
            if (delivery != null) {
                return delivery;
            }
            locks.dequeueLong();
        }
        return null;
    }

    /** Back to the front, not counted. */
    void release(long offset) {
        addReady(offset);
    }

    int failures(long offset) {
        return failures.count(offset);
    }

    /** Epoch milliseconds at which a message that has failed comes back. */
    long retryAt(long offset) {
        return failures.dueAt(offset);
    }

    /** Notes a failed attempt; {@link #retry} brings the message back. */
    void fail(long offset, int count, long dueAt, FailedAttempt attempt) {
        failures.put(offset, count, dueAt, attempt);
    }

    /** The failed attempts at a message, oldest first; of many the last ones. */
    List<FailedAttempt> failedAttempts(long offset) {
        return failures.attempts(offset);
    }

    /** Lets a message wait for its retry. */
    void retry(long offset) {
        delay(offset, failures.dueAt(offset));
    }

    /** Returns false if it had been settled before. */
    boolean settle(long offset) {
        if (!settled.add(offset)) {
            return false;
        }
        backlog.settled(stream, offset);
        failures.remove(offset);
        lanes.leave(offset);
        if (matchmaker != null) {
            matchmaker.forget(offset);
        }
        return true;
    }

    /** Sets the deadline anew, after it was looked at. */
    void setDeadline(long now) {
        InFlight oldest = oldestLock();
        long next = Math.min(nextDelayed(), oldest == null ? Deadlines.NEVER : oldest.lockedUntil());
        deadlines.set(this, Math.max(now + 1, next));
    }

    /** The subscription as it is now, to be written by another thread. */
    Image capture() {
        return new Image(
                id,
                stream.id,
                name,
                settings,
                paused,
                selection,
                settled.capture(),
                failures.capture(),
                lanes.capture());
    }

    /**
     * What a snapshot holds of a subscription: id and stream's id (4 bytes each), settings, whether it is paused (1),
     * name, selection; then what is settled, the failures, and the keys.
     */
    record Image(
            int id,
            int streamId,
            String name,
            QueueSettings settings,
            boolean paused,
            Selection selection,
            SettledOffsets.Image settled,
            Failures.Image failures,
            KeyLanes.Image lanes) {

        void writeTo(SnapshotOutput output) {
            byte[] nameBytes = Fields.utf8(name);
            ByteBuffer target = output.entry(
                    2 * Integer.BYTES + SettingsCodec.BYTES + 1 + Fields.length(nameBytes) + selection.length());
            target.putInt(id).putInt(streamId);
            SettingsCodec.write(target, settings);
            target.put((byte) (paused ? 1 : 0));
            Fields.put(target, nameBytes);
            selection.writeTo(target);
            settled.writeTo(output);
            failures.writeTo(output);
            lanes.writeTo(output);
        }
    }

    /** Reads what {@link Image#writeTo} wrote. */
    static Subscription read(
            SnapshotInput input, IntFunction<Stream> streams, Deadlines deadlines, MessageFilter.Compiler filters) {
        ByteBuffer source = input.entry();
        int id = source.getInt();
        Stream stream = streams.apply(source.getInt());
        QueueSettings settings = SettingsCodec.read(source);
        boolean paused = source.get() == 1;
        Subscription subscription = new Subscription(id, stream, Fields.text(source), 0, settings, true, deadlines);
        subscription.paused = paused;
        subscription.select(Selection.readFrom(source), filters);
        subscription.settled.restore(input);
        subscription.failures.restore(input);
        subscription.lanes.restore(input);
        return subscription;
    }
}
