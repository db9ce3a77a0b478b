package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;

/**
 * The messages of one ordering key on one subscription. The owner is the one that is in flight, ready, or waiting for
 * its retry; the others wait behind it in their order, those that were replayed before all others.
 */
final class KeyLane {

    /** The owner of a lane whose head is among the dead letters: the others wait for its replay. */
    static final long NOBODY = -1;

    long owner;
    private LongArrayFIFOQueue replayed;
    private LongArrayFIFOQueue waiting;

    KeyLane(long owner) {
        this.owner = owner;
    }

    void await(long offset) {
        if (waiting == null) {
            waiting = new LongArrayFIFOQueue(4);
        }
        waiting.enqueue(offset);
    }

    /** Lets a message that was replayed wait before those that were not. */
    void awaitFirst(long offset) {
        if (replayed == null) {
            replayed = new LongArrayFIFOQueue(4);
        }
        replayed.enqueue(offset);
    }

    boolean isAwaitedByReplayed() {
        return replayed != null && !replayed.isEmpty();
    }

    /** Makes the first that was replayed the owner. */
    long handOverToReplayed() {
        owner = replayed.dequeueLong();
        return owner;
    }

    /** How many wait, those that were replayed not counted. */
    int size() {
        return waiting == null ? 0 : waiting.size();
    }

    boolean isAwaited() {
        return waiting != null && !waiting.isEmpty();
    }

    /** Makes the first that waits the owner. */
    long handOver() {
        owner = waiting.dequeueLong();
        return owner;
    }
}
