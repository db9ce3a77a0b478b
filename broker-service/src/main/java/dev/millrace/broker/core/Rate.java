package dev.millrace.broker.core;

/**
 * How fast a counter grows, per second, the last ten seconds or so counting most: an average that is weighted
 * exponentially by age. The counter is sampled, so counting itself costs nothing more.
 */
final class Rate {

    private static final double TIME_CONSTANT_MILLIS = 10_000;

    /** Samples closer together than this say little. */
    private static final long MIN_PAUSE_MILLIS = 500;

    /** The time in which the counter is taken to have come to its first sample. */
    private static final long FIRST_MILLIS = 2_000;

    private long count;
    private long at = Long.MIN_VALUE;
    private double perSecond;

    /** Takes a sample, if it is time for one, and returns the rate. */
    double sample(long newCount, long now) {
        if (at == Long.MIN_VALUE) {
            perSecond = newCount * 1_000.0 / FIRST_MILLIS;
        } else if (now - at < MIN_PAUSE_MILLIS) {
            return perSecond;
        } else {
            double latest = (newCount - count) * 1_000.0 / (now - at);
            double weight = -Math.expm1(-(now - at) / TIME_CONSTANT_MILLIS);
            perSecond += weight * (latest - perSecond);
        }
        count = newCount;
        at = now;
        return perSecond;
    }
}
