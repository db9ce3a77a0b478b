package dev.millrace.broker.core;

/**
 * How a queue or a topic's subscription keeps and delivers its messages. Immutable.
 *
 * @param maxMessages bound on the messages that wait; at the bound {@code whenFull} acts. 0 is no bound, which is for
 *     subscriptions only: their topic has its retention, a queue has nothing else
 * @param maxBytes the same in bytes, as they are stored; 0 is no bound
 * @param whenFull what happens at the bound. A subscription that does not drop keeps its topic's publishers back, and so
 *     everybody else's messages
 * @param maxDeliveryAttempts failed attempts after which a message goes to the dead letters. At least 1
 * @param backoff pause before a failed message comes back
 * @param lockMillis how long a consumer may hold a delivery unsettled. At least 1
 * @param duplicateWindowMillis for so long a queue remembers the message-ids that it took: one that comes again is
 *     accepted and not stored. 0 is off. On a subscription it does nothing: its topic has a window
 * @param deadLetterRetentionMillis dead letters of this source that are older go; 0 keeps them for ever
 * @param onDeadLetter what becomes of the later messages of a dead letter's ordering key
 */
public record QueueSettings(
        long maxMessages,
        long maxBytes,
        WhenFull whenFull,
        int maxDeliveryAttempts,
        Backoff backoff,
        long lockMillis,
        long duplicateWindowMillis,
        long deadLetterRetentionMillis,
        OnDeadLetter onDeadLetter) {

    private static final long TWO_WEEKS_MILLIS = 14L * 24 * 60 * 60 * 1_000;

    public static final QueueSettings DEFAULT =
            new QueueSettings(10_000_000, 5, new Backoff(200, 2.0, 30_000, 0.2), 30_000);

    /** Of a subscription: one reader that has stopped is not to stop its topic unless somebody says so. */
    public static final QueueSettings SUBSCRIPTION_DEFAULT = DEFAULT.withBounds(0, 0, WhenFull.BLOCK);

    public QueueSettings {
        require(maxMessages >= 0, "maxMessages must not be negative, but is " + maxMessages);
        require(maxBytes >= 0, "maxBytes must not be negative, but is " + maxBytes);
        require(maxDeliveryAttempts >= 1, "maxDeliveryAttempts must be at least 1, not " + maxDeliveryAttempts);
        require(lockMillis >= 1, "the lock duration must be at least 1 ms, not " + lockMillis);
        require(
                duplicateWindowMillis >= 0,
                "the duplicate window must not be negative, but is " + duplicateWindowMillis + " ms");
        require(
                deadLetterRetentionMillis >= 0,
                "the dead letters' retention must not be negative, but is " + deadLetterRetentionMillis + " ms");
    }

    /** With the defaults for everything else. */
    public QueueSettings(long maxMessages, int maxDeliveryAttempts, Backoff backoff, long lockMillis) {
        this(
                maxMessages,
                0,
                WhenFull.BLOCK,
                maxDeliveryAttempts,
                backoff,
                lockMillis,
                0,
                TWO_WEEKS_MILLIS,
                OnDeadLetter.CONTINUE);
    }

    /** What happens when a message comes and the bound is reached. */
    public enum WhenFull {
        /** Publishers get no more credit near the bound. */
        BLOCK,
        /** Publishers keep their credit; what passes the bound is rejected. */
        REJECT,
        /** The message is taken, and the oldest one that no consumer has goes. */
        DROP_OLDEST
    }

    /** What becomes of the later messages of an ordering key when one of them is dead-lettered. */
    public enum OnDeadLetter {
        /** They are delivered. */
        CONTINUE,
        /** They wait until the dead letter was replayed, discarded, or has gone in another way. */
        PARK
    }

    /** Whether there is a bound at all. */
    public boolean isBounded() {
        return maxMessages > 0 || maxBytes > 0;
    }

    /** These settings with other bounds. */
    public QueueSettings withBounds(long messages, long bytes, WhenFull policy) {
        return new QueueSettings(
                messages,
                bytes,
                policy,
                maxDeliveryAttempts,
                backoff,
                lockMillis,
                duplicateWindowMillis,
                deadLetterRetentionMillis,
                onDeadLetter);
    }

    /** These settings with another duplicate window. */
    public QueueSettings withDuplicateWindow(long millis) {
        return new QueueSettings(
                maxMessages,
                maxBytes,
                whenFull,
                maxDeliveryAttempts,
                backoff,
                lockMillis,
                millis,
                deadLetterRetentionMillis,
                onDeadLetter);
    }

    /** These settings with another retention of dead letters. */
    public QueueSettings withDeadLetterRetention(long millis) {
        return new QueueSettings(
                maxMessages,
                maxBytes,
                whenFull,
                maxDeliveryAttempts,
                backoff,
                lockMillis,
                duplicateWindowMillis,
                millis,
                onDeadLetter);
    }

    /** These settings with another fate of the messages behind a dead letter. */
    public QueueSettings withOnDeadLetter(OnDeadLetter fate) {
        return new QueueSettings(
                maxMessages,
                maxBytes,
                whenFull,
                maxDeliveryAttempts,
                backoff,
                lockMillis,
                duplicateWindowMillis,
                deadLetterRetentionMillis,
                fate);
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
