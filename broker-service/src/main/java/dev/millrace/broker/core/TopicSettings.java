package dev.millrace.broker.core;

import java.util.Map;

/**
 * A topic as it is declared.
 *
 * @param subscriptions the durable ones, by their name within the topic
 */
public record TopicSettings(RetentionSettings retention, Map<String, QueueSettings> subscriptions) {}
