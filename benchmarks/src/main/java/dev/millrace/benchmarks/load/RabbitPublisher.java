package dev.millrace.benchmarks.load;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.Schedule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** One channel with publisher confirms and its sending thread. */
final class RabbitPublisher {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Channel channel;
    private final Workload workload;
    private final List<String> targets;
    private final Meter meter;
    private final ClientMeter counters;
    private final Window window;
    private final Semaphore permits;

    /** Intended times by sequence number; 0 where nothing waits for its confirm. */
    private final AtomicLongArray unconfirmed;

    private long firstUnconfirmed = 1;
    private Thread sending;
    private volatile boolean running;

    RabbitPublisher(Channel channel, Workload workload, int number, Meter meter) throws IOException {
        this.channel = channel;
        this.workload = workload;
        this.targets = workload.targets(number);
        this.meter = meter;
        this.counters = meter.client();
        this.window = new Window(meter, workload);
        permits = new Semaphore(workload.inFlight());
        // Confirms come out of order by a few; twice the messages in flight leaves no number used twice.
        unconfirmed = new AtomicLongArray(Math.max(64, 4 * Integer.highestOneBit(workload.inFlight())));
        channel.confirmSelect();
        channel.addConfirmListener(
                (tag, multiple) -> confirmed(tag, multiple, true), (tag, multiple) -> confirmed(tag, multiple, false));
    }

    /** On the connection's own thread. */
    private void confirmed(long tag, boolean multiple, boolean accepted) {
        if (!multiple) {
            confirmOne(tag, accepted);
            return;
        }
        for (long each = firstUnconfirmed; each <= tag; each++) {
            confirmOne(each, accepted);
        }
        firstUnconfirmed = Math.max(firstUnconfirmed, tag + 1);
    }

    private void confirmOne(long tag, boolean accepted) {
        long intended = unconfirmed.getAndSet(index(tag), 0);
        if (intended == 0) {
            return;
        }
        if (accepted) {
            counters.acknowledged(intended);
        } else {
            meter.refused("nack");
        }
        permits.release();
    }

    private int index(long tag) {
        return (int) (tag & (unconfirmed.length() - 1));
    }

    void start(double perSecond) {
        running = true;
        Schedule schedule = perSecond > 0 ? Schedule.endless(perSecond) : null;
        sending = Thread.ofPlatform().name("rabbit-publisher").daemon(true).start(() -> {
            try {
                send(schedule);
            } catch (IOException e) {
                meter.refused(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void send(Schedule schedule) throws IOException, InterruptedException {
        byte[] body = new byte[workload.messageBytes()];
        long start = System.nanoTime();
        for (int sent = 0; running; ) {
            boolean due = schedule == null ? window.take() : schedule.due(System.nanoTime() - start) > sent;
            if (!due) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            while (!permits.tryAcquire(PAUSE_NANOS, TimeUnit.NANOSECONDS)) {
                if (!running) {
                    return;
                }
            }
            publish(body, sent, schedule == null ? System.nanoTime() : start + schedule.nanos(sent));
            sent++;
        }
    }

    private void publish(byte[] body, int number, long intended) throws IOException {
        ByteBuffer.wrap(body).putLong(0, intended);
        String target = targets.get(number % targets.size());
        unconfirmed.set(index(channel.getNextPublishSeqNo()), intended);
        counters.published();
        channel.basicPublish(
                workload.isTopic() ? target : "",
                workload.isTopic() ? "" : target,
                MessageProperties.MINIMAL_PERSISTENT_BASIC,
                body);
    }

    void pause() throws InterruptedException {
        stop();
        if (sending != null) {
            sending.join();
        }
        if (!permits.tryAcquire(workload.inFlight(), Traffic.ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new MeasurementFailure(
                    "RabbitMQ did not answer for all messages within " + Traffic.ANSWER_LIMIT.toSeconds() + " s.",
                    null);
        }
        permits.release(workload.inFlight());
    }

    void stop() {
        running = false;
    }
}
