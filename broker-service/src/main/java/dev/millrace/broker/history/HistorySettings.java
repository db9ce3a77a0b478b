package dev.millrace.broker.history;

import java.time.Duration;

/**
 * How much is kept.
 *
 * @param maxBytes on disk, all files together; at least {@link #MIN_BYTES}
 * @param retention after that time events may go though there is room; a minute to {@link #MAX_RETENTION}
 * @param lowWaterBytes with less than this free on the disk nothing more is kept until there is room again
 */
public record HistorySettings(long maxBytes, Duration retention, long lowWaterBytes) {

    /** Less would be a few seconds' worth. */
    public static final long MIN_BYTES = 1 << 20;

    /** Times are stored as distances of at most 99 days. */
    public static final Duration MAX_RETENTION = Duration.ofDays(90);

    private static final Duration MIN_RETENTION = Duration.ofMinutes(1);

    /**
     * @throws IllegalArgumentException if a value is out of its range
     */
    public HistorySettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("broker.history.max-bytes has to be 0 (no histories) or at least "
                    + MIN_BYTES + ", not " + maxBytes + ".");
        }
        if (retention.compareTo(MIN_RETENTION) < 0 || retention.compareTo(MAX_RETENTION) > 0) {
            throw new IllegalArgumentException("broker.history.retention has to be between " + MIN_RETENTION + " and "
                    + MAX_RETENTION + ", not " + retention + ".");
        }
    }
}
