package dev.millrace.broker.engine;

import dev.millrace.broker.core.Effect;
import java.util.ArrayList;
import java.util.List;

/**
 * Effects that wait until the log is synced up to the position that they depend on. Bounded: the core waits when the
 * disk falls too far behind, and through it, by their credit, the publishers.
 */
final class ReleaseQueue {

    /** Batches that may wait for a sync. */
    private static final int MAX_BATCHES = 64;

    record Batch(List<Effect> effects) {}

    private final List<Batch> batches = new ArrayList<>();
    private boolean closed;

    /** Adds the effects of one batch of commands, whose records have been flushed to the log. */
    synchronized void put(List<Effect> effects) throws InterruptedException {
        while (batches.size() >= MAX_BATCHES && !closed) {
            wait();
        }
        batches.add(new Batch(effects));
        notifyAll();
    }

    /** Waits for at least one batch and takes all; an empty list once the queue is closed and drained. */
    synchronized List<Batch> takeAll() throws InterruptedException {
        while (batches.isEmpty() && !closed) {
            wait();
        }
        List<Batch> taken = List.copyOf(batches);
        batches.clear();
        notifyAll();
        return taken;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
