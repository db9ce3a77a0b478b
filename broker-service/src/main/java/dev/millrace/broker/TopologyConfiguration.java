package dev.millrace.broker;

import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.TopicSettings;
import java.util.HashMap;
import java.util.Map;

/** What the configuration says of queues, topics, subscriptions and bindings. */
final class TopologyConfiguration {

    private TopologyConfiguration() {}

    /**
     * @throws IllegalArgumentException if a setting is impossible
     */
    static Map<String, QueueSettings> queues(BrokerConfig config) {
        return settings(config.queues());
    }

    /**
     * @throws IllegalArgumentException if a setting is impossible
     */
    static Map<String, TopicSettings> topics(BrokerConfig config) {
        Map<String, TopicSettings> topics = new HashMap<>();
        config.topics().forEach((name, topic) -> topics.put(name, settings(topic)));
        return topics;
    }

    private static TopicSettings settings(BrokerConfig.TopicConfig topic) {
        BrokerConfig.Retention retention = topic.retention();
        return new TopicSettings(
                new RetentionSettings(retention.age().toMillis(), retention.bytes()),
                topic.duplicateWindow().toMillis(),
                settings(topic.subscriptions()),
                selections(topic.subscriptions()),
                selections(topic.bindings()));
    }

    private static Map<String, Selection> selections(Map<String, ? extends BrokerConfig.SelectionConfig> configs) {
        Map<String, Selection> selections = new HashMap<>();
        configs.forEach((name, config) -> selections.put(
                name,
                new Selection(config.selector().orElse(null), config.subject().orElse(null))));
        return selections;
    }

    private static Map<String, QueueSettings> settings(Map<String, ? extends BrokerConfig.QueueConfig> configs) {
        Map<String, QueueSettings> settings = new HashMap<>();
        configs.forEach((name, queue) -> settings.put(name, settings(queue)));
        return settings;
    }

    private static QueueSettings settings(BrokerConfig.QueueConfig queue) {
        BrokerConfig.Backoff backoff = queue.backoff();
        return new QueueSettings(
                queue.maxMessages(),
                queue.maxBytes(),
                queue.whenFull(),
                queue.maxDeliveryAttempts(),
                new QueueSettings.Backoff(
                        backoff.initial().toMillis(),
                        backoff.multiplier(),
                        backoff.max().toMillis(),
                        backoff.jitter()),
                queue.lockDuration().toMillis(),
                queue.duplicateWindow().toMillis(),
                queue.deadLetterRetention().toMillis(),
                queue.onDeadLetter());
    }
}
