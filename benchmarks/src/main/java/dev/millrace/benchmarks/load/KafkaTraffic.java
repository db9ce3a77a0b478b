package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.MeasurementFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Load through Kafka's own Java client, as its documentation recommends it where nothing may be lost: {@code acks=all}
 * and idempotent producers, the defaults. A queue is a topic with a partition for each consumer, read by one group; a
 * topic with subscriptions is one partition, read by a group for each subscription.
 */
public final class KafkaTraffic implements Traffic {
    private final List<KafkaPublisher> publishers = new ArrayList<>();
    private final List<KafkaReader> readers = new ArrayList<>();

    private KafkaTraffic() {}

    /** Makes the topics if they are not there and connects all clients. */
    public static KafkaTraffic connect(String bootstrap, Workload workload, Meter meter) throws InterruptedException {
        int partitions = createTopics(bootstrap, workload);
        var traffic = new KafkaTraffic();
        for (int i = 0; i < workload.consumers(); i++) {
            String group = workload.isTopic() ? Workload.subscription(i) : "bench";
            traffic.readers.add(new KafkaReader(bootstrap, group, partitions(workload, i, partitions), meter));
        }
        for (int i = 0; i < workload.publishers(); i++) {
            traffic.publishers.add(new KafkaPublisher(bootstrap, workload, i, meter));
        }
        return traffic;
    }

    private static List<TopicPartition> partitions(Workload workload, int consumer, int partitions) {
        return workload.sources(consumer).stream()
                .map(Workload.Source::destination)
                .flatMap(topic -> IntStream.range(0, partitions)
                        .filter(partition -> partitions == 1 || partition % workload.consumers() == consumer)
                        .mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
    }

    /** Returns how many partitions each has. */
    private static int createTopics(String bootstrap, Workload workload) throws InterruptedException {
        int partitions = workload.isTopic() ? 1 : Math.max(1, workload.consumers() / workload.destinations());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(workload.names().stream()
                            .map(name -> new NewTopic(name, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new MeasurementFailure("Kafka does not make the topics (%s).".formatted(e.getCause()), e);
            }
        }
        return partitions;
    }

    @Override
    public void publish() {
        publishers.forEach(publisher -> publisher.start(0));
    }

    @Override
    public void publish(double perSecond) {
        publishers.forEach(publisher -> publisher.start(perSecond / publishers.size()));
    }

    @Override
    public void pause() throws InterruptedException {
        for (KafkaPublisher publisher : publishers) {
            publisher.stop();
        }
    }

    @Override
    public void close() {
        publishers.forEach(KafkaPublisher::close);
        readers.forEach(reader -> reader.close(Duration.ofSeconds(10)));
    }
}
