package dev.millrace.broker.core;

/**
 * Measures a subscription's {@link Load}. A consumer counts as at work on a message from the time that it got it, or
 * settled the one before if that was later, until it settles it: what waits in its buffer is not worked at.
 */
final class LoadMeter {

    private final Rate arrivals = new Rate();
    private final Rate settlements = new Rate();
    private final Rate failures = new Rate();
    private final Rate handled = new Rate();
    private final Rate workMillis = new Rate();

    /** What the stream had taken before the subscription was there. */
    private final long arrivedBefore;

    /** Of what has arrived since; up to which offset it is counted. */
    private long notWanted;

    private long countedUpTo;
    private long handledCount;
    private long workedMillis;
    private double handlingSeconds;

    /**
     * @param arrivedBefore what the stream has taken since the start of this process
     * @param next the offset of its next message
     */
    LoadMeter(long arrivedBefore, long next) {
        this.arrivedBefore = arrivedBefore;
        this.countedUpTo = next;
    }

    /** Notes that the subscription's filter has passed over a message. */
    void passedOver(long offset) {
        if (offset >= countedUpTo) {
            notWanted++;
            countedUpTo = offset + 1;
        }
    }

    /** Notes that a consumer settled so many deliveries at once, the first of which it had got at that time. */
    void settled(Consumer consumer, int count, long handedOutAt, long now) {
        workedMillis += Math.max(0, now - Math.max(handedOutAt, consumer.lastSettledAt));
        handledCount += count;
        consumer.lastSettledAt = now;
    }

    Load measure(Subscription subscription, long now) {
        double arrivalRate = arrivals.sample(Math.max(0, subscription.stream.arrived - arrivedBefore - notWanted), now);
        double settleRate = settlements.sample(subscription.settledCount, now);
        double failureRate = failures.sample(subscription.failedCount, now);
        double handledRate = handled.sample(handledCount, now);
        double workRate = workMillis.sample(workedMillis, now);
        if (handledRate > 0) {
            handlingSeconds = workRate / handledRate / 1_000;
        }
        long waiting = Math.max(0, subscription.waiting() - subscription.delayedCount(now));
        return new Load(
                arrivalRate,
                settleRate,
                failureRate,
                handlingSeconds,
                Load.workersNeeded(arrivalRate, waiting, handlingSeconds));
    }
}
