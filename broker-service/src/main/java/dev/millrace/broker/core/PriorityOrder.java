package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;

/**
 * The order of delivery of a subscription whose stream has messages of several priorities: the highest first, those of one
 * priority by offset; but every {@value #TURNS}th delivery that passes over older messages goes to the oldest one, so
 * that none waits for ever.
 *
 * <p>Each priority has a cursor of its own, which finds its messages in the index: a backlog costs no more heap than the
 * index has anyway. Messages with an ordering key are looked at in their common order, so that none overtakes another
 * one of its key; among them priority acts within the {@value #LOOK_AHEAD} oldest that could go.
 */
final class PriorityOrder {

    static final int TURNS = 100;

    static final int LOOK_AHEAD = 16_384;

    private final Subscription subscription;
    private final MessageIndex index;
    /** By priority: the next offset to look at, of those without a key. */
    private final long[] cursors = new long[Message.PRIORITIES];
    /** The next offset to look at, of those with a key. */
    private long keyedCursor;

    private final LongHeapPriorityQueue[] ready = new LongHeapPriorityQueue[Message.PRIORITIES];
    private int readyCount;
    /** Deliveries since the oldest message had its turn. */
    private int passedOver;

    /** Everything before the cursor has been looked at. */
    PriorityOrder(Subscription subscription, long cursor) {
        this.subscription = subscription;
        this.index = subscription.stream.index;
        for (int priority = 0; priority < cursors.length; priority++) {
            cursors[priority] = cursor;
            ready[priority] = new LongHeapPriorityQueue();
        }
        keyedCursor = cursor;
    }

    /** Adds a message that was looked at and can go. */
    void add(long offset) {
        ready[index.priority(offset)].enqueue(offset);
        readyCount++;
    }

    /** Everything before this offset has been looked at. */
    long lookedAtBefore() {
        long least = keyedCursor;
        for (long cursor : cursors) {
            least = Math.min(least, cursor);
        }
        return least;
    }

    /** Whether a message was looked at: it is among those that can go, or waits for its time, or is done with. */
    boolean hasLookedAt(long offset) {
        return offset < (index.key(offset) == 0 ? cursors[index.priority(offset)] : keyedCursor);
    }

    /** Hands the messages that can go over to a heap without priorities. */
    void drainTo(LongHeapPriorityQueue target) {
        for (LongHeapPriorityQueue queue : ready) {
            while (!queue.isEmpty()) {
                target.enqueue(queue.dequeueLong());
            }
        }
        readyCount = 0;
    }

    /** The next message to deliver; -1 if there is none. It has to be taken. */
    long next(long end, long now) {
        lookAtKeyed(end, now);
        long best = -1;
        long oldest = Long.MAX_VALUE;
        for (int priority = Message.PRIORITIES - 1; priority >= 0; priority--) {
            long candidate = peek(priority, end, now);
            if (candidate >= 0) {
                best = best < 0 ? candidate : best;
                oldest = Math.min(oldest, candidate);
            }
        }
        if (best < 0) {
            return -1;
        }
        passedOver = best == oldest ? 0 : passedOver + 1;
        if (passedOver >= TURNS) {
            passedOver = 0;
            best = oldest;
        }
        take(best);
        return best;
    }

    /** The oldest message of a priority that can go; -1 if there is none. */
    private long peek(int priority, long end, long now) {
        LongHeapPriorityQueue queue = ready[priority];
        while (!queue.isEmpty() && subscription.settled.contains(queue.firstLong())) {
            queue.dequeueLong();
            readyCount--;
        }
        long waiting = queue.isEmpty() ? -1 : queue.firstLong();
        long unseen = lookAt(priority, end, now);
        return waiting < 0 || unseen >= 0 && unseen < waiting ? unseen : waiting;
    }

    /** Moves a cursor to the first message that can go; -1 if there is none. */
    private long lookAt(int priority, long end, long now) {
        long offset = Math.max(cursors[priority], subscription.settled.floor());
        while (true) {
            offset = index.nextUnkeyed(priority, offset, end);
            cursors[priority] = offset;
            if (offset >= end) {
                return -1;
            }
            if (subscription.canGo(offset, now)) {
                return offset;
            }
            offset++;
        }
    }

    private void lookAtKeyed(long end, long now) {
        keyedCursor = Math.max(keyedCursor, subscription.settled.floor());
        while (keyedCursor < end && readyCount < LOOK_AHEAD && subscription.lanes.hasRoom()) {
            long offset = index.nextKeyed(keyedCursor, end);
            keyedCursor = Math.min(end, offset + 1);
            if (offset < end && subscription.canGo(offset, now)) {
                add(offset);
            }
        }
    }

    private void take(long offset) {
        int priority = index.priority(offset);
        LongHeapPriorityQueue queue = ready[priority];
        if (!queue.isEmpty() && queue.firstLong() == offset) {
            queue.dequeueLong();
            readyCount--;
        } else {
            cursors[priority] = offset + 1;
        }
    }
}
