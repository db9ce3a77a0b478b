package dev.millrace.relay.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Messages given to {@link BatchPublisher#publish} and what became of them. Waiting is thread-safe. */
public final class Batch {
    private final List<Outgoing> messages;
    private final CountDownLatch done = new CountDownLatch(1);
    private final List<Refusal> refusals = new ArrayList<>();
    private final List<Integer> withdrawn = new ArrayList<>();
    private int unsettled;
    /** How much of it, or of what it needs, waits for another attempt. Of the publisher's context. */
    int waitingForRetry;

    Batch(List<Outgoing> messages) {
        this.messages = messages;
        this.unsettled = messages.size();
    }

    /** True when every message was accepted, refused for good or withdrawn. */
    public boolean await(Duration limit) throws InterruptedException {
        return done.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The messages that the broker will never take; read it only after {@link #await} returned true. */
    public List<Refusal> refusals() {
        return refusals;
    }

    /** Indices of the messages taken back unsent or without an outcome; read it only after {@link #await} returned true. */
    public List<Integer> withdrawn() {
        return withdrawn;
    }

    List<Outgoing> messages() {
        return messages;
    }

    void accepted() {
        settleOne();
    }

    void refused(Refusal refusal) {
        refusals.add(refusal);
        settleOne();
    }

    void withdrawn(int index) {
        withdrawn.add(index);
        settleOne();
    }

    boolean settled() {
        return unsettled == 0;
    }

    private void settleOne() {
        if (--unsettled == 0) {
            done.countDown();
        }
    }
}
