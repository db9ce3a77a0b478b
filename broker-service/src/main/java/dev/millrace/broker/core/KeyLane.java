package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayFIFOQueue;

/**
 * The messages of one ordering key on one subscription. The owner is the one that is in flight, ready, or waiting for
 * its retry; the others wait behind it in their order.
 */
final class KeyLane {

    long owner;
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

    boolean isAwaited() {
        return waiting != null && !waiting.isEmpty();
    }

    /** Makes the first that waits the owner. */
    long handOver() {
        owner = waiting.dequeueLong();
        return owner;
    }
}
