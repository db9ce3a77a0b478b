package dev.millrace.order.application;

/**
 * What waits behind {@code POST /orders} at one moment.
 *
 * @param pending orders that nothing has decided yet, wherever their events are: outbox, broker, inventory
 * @param settledPerSecond orders of all instances that were confirmed or rejected, over the last seconds
 * @param unpublished events in the outbox that the broker has not accepted
 */
public record Backlog(long pending, double settledPerSecond, long unpublished) {

    /** Nothing waits. */
    public static final Backlog NONE = new Backlog(0, 0, 0);
}
