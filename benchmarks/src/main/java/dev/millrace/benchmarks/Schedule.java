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
public record Schedule(double perSecond, Duration duration) {
    private static final double NANOS_PER_SECOND = 1e9;

    public Schedule {
        if (!(perSecond > 0) || perSecond > 1e6) {
            throw new IllegalArgumentException("the rate is " + perSecond + ", expected above 0 and at most 1,000,000");
        }
        if (duration.isNegative()) {
            throw new IllegalArgumentException("the duration is negative: " + duration);
        }
    }

    /** How often it sends. */
    public int count() {
        return Math.toIntExact((long) Math.floor(perSecond * duration.toNanos() / NANOS_PER_SECOND));
    }

    /** When it sends for the i-th time, from 0, in nanoseconds after its start. Computed anew so that errors do not add. */
    public long nanos(int i) {
        return Math.round(i * NANOS_PER_SECOND / perSecond);
    }

    /** A schedule that somebody else ends. */
    public static Schedule endless(double perSecond) {
        return new Schedule(perSecond, Duration.ofSeconds((long) (Integer.MAX_VALUE / Math.max(1, perSecond)) - 1));
    }

    /** How many sends are due when this much time has passed since the start: those with {@code nanos(i) <= passed}. */
    public int due(long passedNanos) {
        if (passedNanos < 0) {
            return 0;
        }
        int due = (int) Math.min(count(), (long) (passedNanos * perSecond / NANOS_PER_SECOND) + 1);
        // The division above and the rounding in nanos() may disagree by one at the edge.
        if (due > 0 && nanos(due - 1) > passedNanos) {
            due--;
        }
        return due < count() && nanos(due) <= passedNanos ? due + 1 : due;
    }
}
