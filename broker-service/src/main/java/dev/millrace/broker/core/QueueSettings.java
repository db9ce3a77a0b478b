package dev.millrace.broker.core;

/**
 * How a queue or subscription delivers.
 *
 * @param maxMessages bound on the messages waiting; at the bound publishers get no more credit. At least 1
 * @param maxDeliveryAttempts failed attempts after which a message goes to the dead letters. At least 1
 * @param backoff pause before a failed message comes back
 * @param lockMillis how long a consumer may hold a delivery unsettled. At least 1
 */
public record QueueSettings(long maxMessages, int maxDeliveryAttempts, Backoff backoff, long lockMillis) {

    public static final QueueSettings DEFAULT =
            new QueueSettings(10_000_000, 5, new Backoff(200, 2.0, 30_000, 0.2), 30_000);

    public QueueSettings {
        require(maxMessages >= 1, "maxMessages must be at least 1, not " + maxMessages);
        require(maxDeliveryAttempts >= 1, "maxDeliveryAttempts must be at least 1, not " + maxDeliveryAttempts);
        require(lockMillis >= 1, "the lock duration must be at least 1 ms, not " + lockMillis);
    }

    /**
     * Pause before the n-th retry: {@code initial * multiplier^(n-1)}, at most {@code max}, made shorter or longer by
     * up to the jitter so that messages which failed together do not come back together.
     *
     * @param jitter share of the pause, 0 to 1
     */
    public record Backoff(long initialMillis, double multiplier, long maxMillis, double jitter) {

        public Backoff {
            require(initialMillis >= 0, "the initial backoff must not be negative, but is " + initialMillis);
            require(multiplier >= 1, "the backoff multiplier must be at least 1, not " + multiplier);
            require(maxMillis >= initialMillis, "the longest backoff must not be shorter than the initial one");
            require(jitter >= 0 && jitter <= 1, "the backoff jitter must be between 0 and 1, not " + jitter);
        }

        /**
         * @param failures attempts that have failed, at least 1
         * @param random 0 (inclusive) to 1 (exclusive)
         */
        public long millis(int failures, double random) {
            double pause = Math.min(maxMillis, initialMillis * Math.pow(multiplier, failures - 1.0));
            return Math.round(pause * (1 + jitter * (2 * random - 1)));
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
