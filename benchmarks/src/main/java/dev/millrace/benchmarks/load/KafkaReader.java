package dev.millrace.benchmarks.load;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * One consumer with its polling thread. Its partitions are assigned, so that no round waits for a rebalance; it commits
 * its offsets as Kafka does by default, every five seconds and at the end.
 */
final class KafkaReader {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Thread polling;
    private volatile boolean running = true;

    KafkaReader(String bootstrap, String group, List<TopicPartition> partitions, Meter meter) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                true);
        ClientMeter counters = meter.client();
        polling = Thread.ofPlatform().name("kafka-reader-" + group).daemon(true).start(() -> {
            try (var consumer =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                consumer.assign(partitions);
                while (running) {
                    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) {
                        counters.delivered(ByteBuffer.wrap(each.value()).getLong());
                    }
                }
            }
        });
    }

    void close(Duration limit) {
        running = false;
        try {
            polling.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
