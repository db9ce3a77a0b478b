package dev.millrace.broker.core;

/**
 * How long a topic keeps its messages, whoever has read them. A subscription that is further behind goes on with the
 * oldest message that is kept.
 *
 * @param ageMillis messages older than this go; 0 keeps them for ever
 * @param bytes while the topic's messages have more than this, the oldest go; 0 is no bound. The bound may be passed
 *     by a sixteenth before something goes
 */
public record RetentionSettings(long ageMillis, long bytes) {

    public static final RetentionSettings FOR_EVER = new RetentionSettings(0, 0);

    /** A week: longer than a consumer should be down unnoticed. */
    public static final RetentionSettings DEFAULT = new RetentionSettings(7L * 24 * 60 * 60 * 1_000, 0);

    public RetentionSettings {
        if (ageMillis < 0 || bytes < 0) {
            throw new IllegalArgumentException("the retention of a topic must not be negative, but is " + ageMillis
                    + " ms and " + bytes + " bytes");
        }
    }
}
