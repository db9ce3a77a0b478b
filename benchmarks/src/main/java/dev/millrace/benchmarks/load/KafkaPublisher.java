package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.Schedule;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One producer with its sending thread. What it sends ahead is bounded as Kafka does it, by its buffer; with one message
 * in flight it waits for each answer.
 */
final class KafkaPublisher {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final KafkaProducer<byte[], byte[]> producer;
    private final Workload workload;
    private final List<String> targets;
    private final Meter meter;
    private final ClientMeter counters;
    private final Window window;
    private Thread sending;
    private volatile boolean running;

    KafkaPublisher(String bootstrap, Workload workload, int number, Meter meter) {
        this.workload = workload;
        this.targets = workload.targets(number);
        this.meter = meter;
        this.counters = meter.client();
        this.window = new Window(meter, workload);
        producer = new KafkaProducer<>(
                settings(bootstrap, workload), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> settings(String bootstrap, Workload workload) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        if (workload.inFlight() == 1) {
            settings.put("linger.ms", 0); // nothing to wait for: the next message comes after this one's answer
        }
        return settings;
    }

    void start(double perSecond) {
        running = true;
        Schedule schedule = perSecond > 0 ? Schedule.endless(perSecond) : null;
        sending = Thread.ofPlatform().name("kafka-publisher").start(() -> {
            if (schedule == null) {
                sendAlways();
            } else {
                sendOn(schedule);
            }
        });
    }

    private void sendAlways() {
        byte[] body = new byte[workload.messageBytes()];
        for (int i = 0; running; i++) {
            if (!window.take()) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            send(body, i, System.nanoTime());
            if (workload.inFlight() == 1) {
                producer.flush();
            }
        }
    }

    private void sendOn(Schedule schedule) {
        byte[] body = new byte[workload.messageBytes()];
        long start = System.nanoTime();
        for (int sent = 0; running; ) {
            int due = schedule.due(System.nanoTime() - start);
            while (sent < due && running) {
                send(body, sent, start + schedule.nanos(sent));
                sent++;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void send(byte[] body, int number, long intended) {
        ByteBuffer.wrap(body).putLong(0, intended);
        counters.published();
        String topic = targets.get(number % targets.size());
        producer.send(new ProducerRecord<>(topic, body), (metadata, failure) -> {
            if (failure == null) {
                counters.acknowledged(intended);
            } else {
                meter.refused(failure);
            }
        });
    }

    void stop() throws InterruptedException {
        running = false;
        if (sending != null) {
            sending.join(Traffic.ANSWER_LIMIT);
            if (sending.isAlive()) {
                throw new MeasurementFailure(
                        "Kafka did not answer for all messages within " + Traffic.ANSWER_LIMIT.toSeconds() + " s.",
                        null);
            }
        }
        producer.flush();
    }

    void close() {
        running = false;
        producer.close(Duration.ofSeconds(10));
    }
}
