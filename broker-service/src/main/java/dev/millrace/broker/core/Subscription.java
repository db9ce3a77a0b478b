package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;
import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

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
final class Subscription {

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
    final DueOffsets delayed = new DueOffsets();
    final List<Consumer> consumers = new ArrayList<>();
    /** Consumers that have credit; the head is next. */
    final Deque<Consumer> willing = new ArrayDeque<>();

    QueueSettings settings;
    long settledCount;
    long failedCount;

    /** The next offset to look at. */
    private long cursor;

    private final LongHeapPriorityQueue ready = new LongHeapPriorityQueue();
    private final Int2ObjectOpenHashMap<KeyLane> lanes = new Int2ObjectOpenHashMap<>();
    private int waitingInLanes;
    private final Long2ObjectOpenHashMap<Failure> failures = new Long2ObjectOpenHashMap<>();
    /** Ids of deliveries in the order in which their locks run out; some of them settled long ago. */
    private final LongArrayFIFOQueue locks = new LongArrayFIFOQueue();

    private record Failure(int count, long dueAt) {}

    Subscription(int id, Stream stream, String name, long from, QueueSettings settings, boolean durable) {
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
        if (!ready.isEmpty()) {
            return ready.dequeueLong();
        }
        while (cursor < stream.index.next() && waitingInLanes < MAX_WAITING_IN_LANES) {
            long offset = cursor++;
            if (settled.contains(offset)) {
                continue;
            }
            Failure failure = failures.get(offset);
            long dueAt = failure == null ? stream.deliverAt(offset) : failure.dueAt;
            if (dueAt <= now) {
                if (enterLane(offset)) {
                    return offset;
                }
            } else if (failure == null || enterLane(offset)) {
                // A scheduled message takes its place in its key's order when it is due, a failed one keeps it.
                delayed.add(dueAt, offset);
            }
        }
        return -1;
    }

    /** Makes the delayed messages ready whose time has come. */
    boolean wakeDelayed(long now) {
        boolean woken = false;
        while (delayed.earliest() <= now) {
            long offset = delayed.poll();
            if (enterLane(offset)) {
                ready.enqueue(offset);
                woken = true;
            }
        }
        return woken;
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
        if (lane.isAwaited()) {
            ready.enqueue(lane.handOver());
            waitingInLanes--;
        } else {
            lanes.remove(key);
        }
    }

    void lock(InFlight delivery) {
        inFlight.put(delivery.deliveryId(), delivery);
        locks.enqueue(delivery.deliveryId());
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
        Failure failure = failures.get(offset);
        return failure == null ? 0 : failure.count;
    }

    void fail(long offset, int count, long dueAt) {
        failures.put(offset, new Failure(count, dueAt));
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

    /** Epoch milliseconds at which time alone makes something happen here; {@link DueOffsets#NEVER} if nothing. */
    long nextDeadline() {
        InFlight oldest = oldestLock();
        return Math.min(delayed.earliest(), oldest == null ? DueOffsets.NEVER : oldest.lockedUntil());
    }
}
