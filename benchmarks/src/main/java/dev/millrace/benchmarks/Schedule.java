package dev.millrace.benchmarks;

import java.time.Duration;

/**
 * When an open-loop load sends: at a fixed rate, whatever becomes of what it sent before. A latency counted from these
 * times, and not from when the sending happened, does not hide the waiting that a slow system causes ("coordinated
 * omission").
 *
 * @param perSecond sends per second, above 0
 * @param duration how long it goes on
 */
record Schedule(double perSecond, Duration duration) {
    private static final double NANOS_PER_SECOND = 1e9;

    Schedule {
        if (!(perSecond > 0) || perSecond > 1e6) {
            throw new IllegalArgumentException("the rate is " + perSecond + ", expected above 0 and at most 1,000,000");
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("the duration is negative: " + duration);
        }
    }

    /** How often it sends. */
    int count() {
        return Math.toIntExact((long) Math.floor(perSecond * duration.toNanos() / NANOS_PER_SECOND));
    }

    /** When it sends for the i-th time, from 0, in nanoseconds after its start. Computed anew so that errors do not add. */
    long nanos(int i) {
        return Math.round(i * NANOS_PER_SECOND / perSecond);
    }
}
