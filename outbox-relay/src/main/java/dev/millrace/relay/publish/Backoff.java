package dev.millrace.relay.publish;

/**
 * Growing pauses between attempts: 100 ms, doubled each time, 5 s at most, for ever. Not thread-safe.
 *
 * <p>No jitter: each source has one connection to one broker and one database, there is no herd to spread.
 */
public final class Backoff {
    /** First pause. */
    public static final long FIRST_MILLIS = 100;

    /** Longest pause. */
    public static final long LONGEST_MILLIS = 5_000;

    private int attempts;

    /** The pause before the next attempt. */
    public long nextMillis() {
        return millis(++attempts);
    }

    /** After a success: the next pause is the first again. */
    public void reset() {
        attempts = 0;
    }

    /** Attempts since the last success. */
    public int attempts() {
        return attempts;
    }

    /** The pause after so many failed attempts, from 1. */
    public static long millis(int failedAttempts) {
        return Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failedAttempts - 1, 10));
    }
}
