package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;

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

    /**
     * Bound on the messages that wait behind another one of their key. At the bound the cursor stops until some have
     * gone: a backlog of few keys is left in the log, not gathered on the heap.
     */
    static final int MAX_WAITING_IN_LANES = 100_000;

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
    long settledCount;
    long failedCount;

    /** The next offset to look at. */
    private long cursor;

    private final Deadlines deadlines;
    private final DueOffsets delayed = new DueOffsets();

    private final LongHeapPriorityQueue ready = new LongHeapPriorityQueue();
    private final Int2ObjectOpenHashMap<KeyLane> lanes = new Int2ObjectOpenHashMap<>();
    private int waitingInLanes;
    private final Failures failures = new Failures();
    /** Ids of deliveries in the order in which their locks run out; some of them settled long ago. */
    private final LongArrayFIFOQueue locks = new LongArrayFIFOQueue();

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
        this.cursor = from;
    }

    boolean isDeadLetterQueue() {
        return name.endsWith(Address.DEAD_LETTER_SUFFIX);
    }

    /** Messages not settled. */
    long depth() {
        return stream.index.next() - settled.floor() - settled.countAbove();
    }

    /** Ends recovery: delivery starts at the oldest message that is not settled, the counters at zero. */
    void open() {
        cursor = settled.floor();
        settledCount = 0;
    }

    /** The next message to deliver at this time; -1 if there is none. It has to be taken. */
    long next(long now) {
        while (!ready.isEmpty()) {
            long offset = ready.dequeueLong();
            if (!settled.contains(offset)) {
                return offset;
            }
        }
        cursor = Math.max(cursor, settled.floor());
        while (cursor < stream.index.next() && waitingInLanes < MAX_WAITING_IN_LANES) {
            long offset = cursor++;
            if (settled.contains(offset)) {
                continue;
            }
            boolean failed = failures.contains(offset);
            long dueAt = failed ? failures.dueAt(offset) : stream.index.deliverAt(offset);
            if (dueAt <= now) {
                if (enterLane(offset)) {
                    return offset;
                }
            } else if (!failed || enterLane(offset)) {
                // A scheduled message takes its place in its key's order when it is due, a failed one keeps it.
                delay(offset, dueAt);
            }
        }
        return -1;
    }

    /** Makes the delayed messages ready whose time has come. */
    void wakeDelayed(long now) {
        while (delayed.earliest() <= now) {
            long offset = delayed.poll();
            if (!settled.contains(offset) && enterLane(offset)) {
                ready.enqueue(offset);
            }
        }
    }

    private void delay(long offset, long dueAt) {
        delayed.add(dueAt, offset);
        deadlines.set(this, dueAt);
    }

    /** Messages that wait for their time or their retry. */
    int delayedCount() {
        return delayed.size();
    }

    /** Whether no other message of the same key is before this one; if one is, this one waits behind it. */
    private boolean enterLane(long offset) {
        int key = stream.index.key(offset);
        if (key == 0) {
            return true;
        }
        KeyLane lane = lanes.get(key);
        if (lane == null) {
            lanes.put(key, new KeyLane(offset));
            return true;
        }
        if (lane.owner == offset) {
            return true;
        }
        lane.await(offset);
        waitingInLanes++;
        return false;
    }

    private void leaveLane(long offset) {
        int key = stream.index.key(offset);
        KeyLane lane = key == 0 ? null : lanes.get(key);
        if (lane == null || lane.owner != offset) {
            return;
        }
        while (lane.isAwaited()) {
            long heir = lane.handOver();
            waitingInLanes--;
            if (!settled.contains(heir)) {
                ready.enqueue(heir);
                return;
            }
        }
        lanes.remove(key);
    }

    void lock(InFlight delivery) {
        inFlight.put(delivery.deliveryId(), delivery);
        locks.enqueue(delivery.deliveryId());
        deadlines.set(this, delivery.lockedUntil());
    }

    /** Takes a delivery out of flight; null if it is not (or no longer) this consumer's. */
    InFlight unlock(long deliveryId, Consumer consumer) {
        InFlight delivery = inFlight.get(deliveryId);
        if (delivery == null || delivery.consumer() != consumer) {
            return null;
        }
        inFlight.remove(deliveryId);
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
        ready.enqueue(offset);
    }

    int failures(long offset) {
        return failures.count(offset);
    }

    /** Notes a failed attempt; {@link #retry} brings the message back. */
    void fail(long offset, int count, long dueAt) {
        failures.put(offset, count, dueAt);
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
        failures.remove(offset);
        leaveLane(offset);
        return true;
    }

    /** Sets the deadline anew, after it was looked at. */
    void setDeadline() {
        InFlight oldest = oldestLock();
        deadlines.set(this, Math.min(delayed.earliest(), oldest == null ? Deadlines.NEVER : oldest.lockedUntil()));
    }

    /** The subscription as it is now, to be written by another thread. */
    Image capture() {
        return new Image(id, stream.id, name, settings, settled.capture(), failures.capture());
    }

    /**
     * What a snapshot holds of a subscription: id and stream's id (4 bytes each), settings, name; then what is settled,
     * and the failures.
     */
    record Image(
            int id,
            int streamId,
            String name,
            QueueSettings settings,
            SettledOffsets.Image settled,
            Failures.Image failures) {

        void writeTo(SnapshotOutput output) {
            byte[] nameBytes = Fields.utf8(name);
            ByteBuffer target = output.entry(2 * Integer.BYTES + SettingsCodec.BYTES + Fields.length(nameBytes));
            target.putInt(id).putInt(streamId);
            SettingsCodec.write(target, settings);
            Fields.put(target, nameBytes);
            settled.writeTo(output);
            failures.writeTo(output);
        }
    }

    /** Reads what {@link Image#writeTo} wrote. */
    static Subscription read(SnapshotInput input, IntFunction<Stream> streams, Deadlines deadlines) {
        ByteBuffer source = input.entry();
        int id = source.getInt();
        Stream stream = streams.apply(source.getInt());
        QueueSettings settings = SettingsCodec.read(source);
        Subscription subscription = new Subscription(id, stream, Fields.text(source), 0, settings, true, deadlines);
        subscription.settled.restore(input);
        subscription.failures.restore(input);
        return subscription;
    }
}
