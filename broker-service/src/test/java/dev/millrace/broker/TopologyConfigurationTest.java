package dev.millrace.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.QueueSettings;
import dev.millrace.broker.core.RetentionSettings;
import dev.millrace.broker.core.Selection;
import dev.millrace.broker.core.TopicSettings;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the topology makes of the configuration. */
class TopologyConfigurationTest {

    private static BrokerConfig config(Map<String, String> properties) {
        var builder = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(BrokerConfig.class)
                .withDefaultValue("broker.data-dir", "data");
        properties.forEach(builder::withDefaultValue);
        return builder.build().getConfigMapping(BrokerConfig.class);
    }

    @Test
    void everySettingOfAQueueIsTaken() {
        BrokerConfig config = config(Map.ofEntries(
                Map.entry("broker.queues.jobs.max-messages", "7"),
                Map.entry("broker.queues.jobs.max-bytes", "8000"),
                Map.entry("broker.queues.jobs.when-full", "drop-oldest"),
                Map.entry("broker.queues.jobs.max-delivery-attempts", "3"),
                Map.entry("broker.queues.jobs.backoff.initial", "1S"),
                Map.entry("broker.queues.jobs.backoff.multiplier", "1.5"),
                Map.entry("broker.queues.jobs.backoff.max", "2S"),
                Map.entry("broker.queues.jobs.backoff.jitter", "0.1"),
                Map.entry("broker.queues.jobs.lock-duration", "4S"),
                Map.entry("broker.queues.jobs.duplicate-window", "5S"),
                Map.entry("broker.queues.jobs.dead-letter-retention", "6S"),
                Map.entry("broker.queues.jobs.on-dead-letter", "park")));

        assertEquals(
                Map.of(
                        "jobs",
                        new QueueSettings(
                                7,
                                8_000,
                                QueueSettings.WhenFull.DROP_OLDEST,
                                3,
                                new QueueSettings.Backoff(1_000, 1.5, 2_000, 0.1),
                                4_000,
                                5_000,
                                6_000,
                                QueueSettings.OnDeadLetter.PARK)),
                TopologyConfiguration.queues(config));
    }

    @Test
    void whatIsNotSaidIsAsOfAQueueThatAnAddressMakes() {
        assertEquals(
                Map.of("jobs", QueueSettings.DEFAULT.withDuplicateWindow(1_000)),
                TopologyConfiguration.queues(config(Map.of("broker.queues.jobs.duplicate-window", "1S"))));
    }

    @Test
    void aTopicHasSubscriptionsAndBindingsThatSelect() {
        TopicSettings topic = TopologyConfiguration.topics(config(Map.of(
                        "broker.topics.events.retention.age", "1S",
                        "broker.topics.events.retention.bytes", "2000",
                        "broker.topics.events.duplicate-window", "3S",
                        "broker.topics.events.subscriptions.s.subject", "order.*",
                        "broker.topics.events.subscriptions.s.selector", "size > 3",
                        "broker.topics.events.bindings.audit.subject", "order.#",
                        "broker.topics.events.bindings.audit.selector", "tenant = 'acme'",
                        "broker.topics.events.bindings.everything.subject", "#")))
                .get("events");

        assertEquals(
                new TopicSettings(
                        new RetentionSettings(1_000, 2_000),
                        3_000,
                        Map.of("s", QueueSettings.SUBSCRIPTION_DEFAULT),
                        Map.of("s", new Selection("size > 3", "order.*")),
                        Map.of(
                                "audit",
                                new Selection("tenant = 'acme'", "order.#"),
                                "everything",
                                new Selection(null, "#"))),
                topic);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-messages | -1 | maxMessages must not be negative, but is -1",
                "max-bytes | -1 | maxBytes must not be negative, but is -1",
                "max-delivery-attempts | 0 | maxDeliveryAttempts must be at least 1, not 0",
                "lock-duration | 0S | lock duration must be at least 1 ms, not 0",
                "backoff.jitter | 2 | jitter must be between 0 and 1, not 2.0",
                "backoff.multiplier | 0.5 | multiplier must be at least 1, not 0.5"
            })
    void anImpossibleSettingIsRefusedWithWhatIsExpectedAndWhatCame(String key, String value, String said) {
        BrokerConfig config = config(Map.of("broker.queues.jobs." + key, value));
        String message = assertThrows(IllegalArgumentException.class, () -> TopologyConfiguration.queues(config))
                .getMessage();
        assertTrue(message.contains(said), message);
    }
}
