package dev.millrace.broker.core;

/** Something that time alone makes work for: its {@link Deadlines} say when to look at it. */
abstract sealed class Timed permits Replay, Stream, Subscription, Transaction {

    /** Epoch milliseconds at which it will be looked at; {@link Deadlines#NEVER} if it will not. */
    private long wakeAt = Deadlines.NEVER;

    final long wakeAt() {
        return wakeAt;
    }

    /** For {@link Deadlines} only. */
    final void wakeAt(long millis) {
        wakeAt = millis;
    }
}
