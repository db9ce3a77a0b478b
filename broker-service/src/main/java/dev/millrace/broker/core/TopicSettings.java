package dev.millrace.broker.core;

import java.util.Map;

/**
 * A topic as it is declared.
 *
 * @param duplicateWindowMillis for so long the topic remembers the message-ids that it took: one that comes again is
 *     accepted and not stored. 0 is off
 * @param subscriptions the durable ones, by their name within the topic
 * @param selections what these want, by the same names; one that is not named here wants everything
 * @param bindings the queues that its messages go into, too, by their names: those that are selected
 */
public record TopicSettings(
        RetentionSettings retention,
        long duplicateWindowMillis,
        Map<String, QueueSettings> subscriptions,
        Map<String, Selection> selections,
        Map<String, Selection> bindings) {

    public TopicSettings {
        if (duplicateWindowMillis < 0) {
            throw new IllegalArgumentException(
                    "the duplicate window must not be negative, but is " + duplicateWindowMillis + " ms");
        }
    }

    /** Without bindings. */
    public TopicSettings(
            RetentionSettings retention,
            long duplicateWindowMillis,
            Map<String, QueueSettings> subscriptions,
            Map<String, Selection> selections) {
        this(retention, duplicateWindowMillis, subscriptions, selections, Map.of());
    }

    /** With subscriptions that want everything. */
    public TopicSettings(
            RetentionSettings retention, long duplicateWindowMillis, Map<String, QueueSettings> subscriptions) {
        this(retention, duplicateWindowMillis, subscriptions, Map.of());
    }

    /** Without a duplicate window. */
    public TopicSettings(RetentionSettings retention, Map<String, QueueSettings> subscriptions) {
        this(retention, 0, subscriptions);
    }
}
