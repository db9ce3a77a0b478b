package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.MeasurementFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/**
 * Load over AMQP 1.0, every client with a connection of its own, on as many threads as there are cores. The clients are
 * as lean as they can be: what they take of the processor is not there for the broker that is measured.
 */
public final class AmqpTraffic implements Traffic {
    /** How often open-loop publishers look for what is due: what they may be late by. */
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final List<AmqpLoop> loops = new ArrayList<>();
    private final List<AmqpPublisher> publishers = new ArrayList<>();
    private final List<AmqpConsumer> consumers = new ArrayList<>();
    private Thread pacer;

    private AmqpTraffic() throws IOException {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            loops.add(new AmqpLoop(i));
        }
    }

    /**
     * Connects all clients; returns when the broker has attached their links.
     *
     * @throws MeasurementFailure if the broker does not let them in
     */
    public static AmqpTraffic connect(String host, int port, Workload workload, Meter meter) {
        return connect(host, port, workload, meter, ByteBuffer::getLong);
    }

    /**
     * The same for messages that others publish, too.
     *
     * @param intendedTime reads from the start of a body for when its message was intended, as of
     *     {@link System#nanoTime()}; called once for each message, on the thread that serves the connection
     */
    public static AmqpTraffic connect(
            String host, int port, Workload workload, Meter meter, ToLongFunction<ByteBuffer> intendedTime) {
        AmqpTraffic traffic = null;
        try {
            traffic = new AmqpTraffic();
            for (int i = 0; i < workload.consumers(); i++) {
                var consumer = new AmqpConsumer(workload, i, meter, intendedTime);
                consumer.connect(host, port, workload, i);
                traffic.loop(i).add(consumer);
                traffic.consumers.add(consumer);
            }
            for (int i = 0; i < workload.publishers(); i++) {
                var publisher = new AmqpPublisher(workload, i, meter);
                publisher.connect(host, port, workload, i);
                traffic.loop(i).add(publisher);
                traffic.publishers.add(publisher);
            }
            return traffic;
        } catch (IOException | RuntimeException e) {
            if (traffic != null) {
                traffic.close();
            }
            throw e instanceof MeasurementFailure failure
                    ? failure
                    : new MeasurementFailure(
                            "An AMQP client failed to connect to %s:%d (%s).".formatted(host, port, e), e);
        }
    }

    private AmqpLoop loop(int number) {
        return loops.get(number % loops.size());
    }

    @Override
    public void publish() {
        start(0);
    }

    @Override
    public void publish(double perSecond) {
        start(perSecond / publishers.size());
        pacer = Thread.ofPlatform().name("pacer").daemon(true).start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                loops.forEach(loop -> loop.execute(() -> {}));
                LockSupport.parkNanos(TICK_NANOS);
            }
        });
    }

    private void start(double perSecond) {
        for (int i = 0; i < publishers.size(); i++) {
            AmqpPublisher publisher = publishers.get(i);
            loop(i).execute(() -> publisher.publish(perSecond));
        }
    }

    @Override
    public void pause() throws InterruptedException {
        if (pacer != null) {
            pacer.interrupt();
            pacer.join();
            pacer = null;
        }
        for (int i = 0; i < consumers.size(); i++) {
            loop(i).execute(consumers.get(i)::empty);
        }
        var idle = new CompletableFuture<?>[publishers.size()];
        for (int i = 0; i < idle.length; i++) {
            var whenIdle = new CompletableFuture<Void>();
            AmqpPublisher publisher = publishers.get(i);
            loop(i).execute(() -> publisher.pause(whenIdle));
            idle[i] = whenIdle;
        }
        await(CompletableFuture.allOf(idle));
    }

    private static void await(CompletableFuture<?> future) throws InterruptedException {
        try {
            future.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new MeasurementFailure("An AMQP client failed (%s).".formatted(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new MeasurementFailure(
                    "The broker did not answer for all messages within " + ANSWER_LIMIT.toSeconds()
                            + " s: see its log.",
                    e);
        }
    }

    @Override
    public void close() {
        if (pacer != null) {
            pacer.interrupt();
        }
        loops.forEach(AmqpLoop::close);
    }
}
