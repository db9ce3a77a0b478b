package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.MeasurementFailure;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Load over AMQP 1.0, every client with a connection of its own, on as many event loops as there are cores. */
public final class AmqpTraffic implements Traffic {
    private static final long CONNECT_LIMIT_SECONDS = 30;

    /** How often open-loop publishers look for what is due: what they may be late by. */
    private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Vertx vertx = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    private final List<AmqpPublisher> publishers = new ArrayList<>();
    private Thread pacer;

    private AmqpTraffic() {}

    /**
     * Connects all clients; returns when consumers have given their credit and publishers have got theirs.
     *
     * @throws MeasurementFailure if the broker does not let them in
     */
    public static AmqpTraffic connect(String host, int port, Workload workload, Meter meter)
            throws InterruptedException {
        var traffic = new AmqpTraffic();
        try {
            for (int i = 0; i < workload.consumers(); i++) {
                traffic.deploy(new AmqpConsumer(host, port, workload, i, meter));
            }
            for (int i = 0; i < workload.publishers(); i++) {
                var publisher = new AmqpPublisher(host, port, workload, i, meter);
                traffic.deploy(publisher);
                traffic.publishers.add(publisher);
            }
            return traffic;
        } catch (InterruptedException | RuntimeException e) {
            traffic.close();
            throw e;
        }
    }

    private void deploy(AbstractVerticle client) throws InterruptedException {
        await(
                vertx.deployVerticle(client).toCompletionStage().toCompletableFuture(),
                CONNECT_LIMIT_SECONDS,
                "An AMQP client could not connect within " + CONNECT_LIMIT_SECONDS + " s.");
    }

    @Override
    public void publish() {
        publishers.forEach(publisher -> publisher.publish(0));
    }

    @Override
    public void publish(double perSecond) {
        publishers.forEach(publisher -> publisher.publish(perSecond / publishers.size()));
        pacer = Thread.ofPlatform().name("pacer").daemon(true).start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                publishers.forEach(AmqpPublisher::tick);
                LockSupport.parkNanos(TICK_NANOS);
            }
        });
    }

    @Override
    public void pause() throws InterruptedException {
        if (pacer != null) {
            pacer.interrupt();
            pacer.join();
            pacer = null;
        }
        var idle = publishers.stream().map(AmqpPublisher::pause).toArray(CompletableFuture[]::new);
        await(
                CompletableFuture.allOf(idle),
                ANSWER_LIMIT.toSeconds(),
                "The broker did not answer for all messages within " + ANSWER_LIMIT.toSeconds() + " s: see its log.");
    }

    private static void await(CompletableFuture<?> future, long limitSeconds, String tooLate)
            throws InterruptedException {
        try {
            future.get(limitSeconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new MeasurementFailure("An AMQP client failed (%s).".formatted(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new MeasurementFailure(tooLate, e);
        }
    }

    @Override
    public void close() {
        if (pacer != null) {
            pacer.interrupt();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
