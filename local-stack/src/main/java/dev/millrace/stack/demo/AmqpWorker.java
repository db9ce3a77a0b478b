package dev.millrace.stack.demo;

import dev.millrace.stack.Port;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonReceiver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.qpid.proton.amqp.messaging.Accepted;

/**
 * An AMQP consumer that takes its time: it works at one message at a time, for as long as it was told to, and accepts it
 * then. It gives one credit for each message that it is done with. Thread-safe.
 */
final class AmqpWorker implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Vertx VERTX = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));

    private final Context context = VERTX.getOrCreateContext();
    private final long workMillis;
    private final CompletableFuture<Void> receiving = new CompletableFuture<>();
    private final Queue<ProtonDelivery> waiting = new ArrayDeque<>();
    private final List<String> received = new ArrayList<>();
    private ProtonConnection connection;
    private ProtonReceiver link;
    private boolean working;
    private volatile int held;
    private volatile int mostHeld;

    private AmqpWorker(Duration work) {
        this.workMillis = work.toMillis();
    }

    /**
     * Connects and receives.
     *
     * @param address of a queue or subscription
     * @param credit how many messages it may hold at a time
     * @param work how long it takes for one
     */
    static AmqpWorker on(DemoSystem system, String address, int credit, Duration work) throws InterruptedException {
        var worker = new AmqpWorker(work);
        var options = new ProtonClientOptions().setConnectTimeout(5_000).setReconnectAttempts(0);
        worker.context.runOnContext(start -> ProtonClient.create(VERTX)
                .connect(
                        options,
                        "127.0.0.1",
                        system.port(Port.BROKER_AMQP),
                        system.amqpUser(),
                        system.amqpPassword(),
                        connected -> {
                            if (connected.failed()) {
                                worker.receiving.completeExceptionally(connected.cause());
                            } else {
                                worker.receive(connected.result(), address, credit);
                            }
                        }));
        try {
            worker.receiving.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return worker;
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoFailure("No AMQP consumer on " + address + ": "
                    + (e.getCause() == null ? "no answer in time" : e.getCause()) + ".");
        }
    }

    private void receive(ProtonConnection opened, String address, int credit) {
        connection = opened;
        connection.setContainer("demo-" + UUID.randomUUID());
        connection.disconnectHandler(
                gone -> receiving.completeExceptionally(new IllegalStateException("disconnected")));
        connection.openHandler(answer -> {
            link = connection.createReceiver(address).setPrefetch(0).setAutoAccept(false);
            link.handler((delivery, message) -> taken(delivery, String.valueOf(message.getMessageId())));
            link.openHandler(attached -> {
                if (attached.failed() || link.getRemoteSource() == null) {
                    receiving.completeExceptionally(new IllegalStateException("the broker refused the link"));
                } else {
                    link.flow(credit);
                    receiving.complete(null);
                }
            });
            link.open();
        });
        connection.open();
    }

    private void taken(ProtonDelivery delivery, String id) {
        waiting.add(delivery);
        synchronized (received) {
            received.add(id);
        }
        held++;
        mostHeld = Math.max(mostHeld, held);
        work();
    }

    private void work() {
        ProtonDelivery next = working ? null : waiting.poll();
        if (next == null) {
            return;
        }
        working = true;
        VERTX.setTimer(workMillis, elapsed -> {
            next.disposition(Accepted.getInstance(), true);
            held--;
            link.flow(1);
            working = false;
            work();
        });
    }

    /** The most messages that it ever held at a time. */
    int mostHeld() {
        return mostHeld;
    }

    /** The ids of all messages that it was given, in their order. */
    List<String> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    @Override
    public void close() {
        context.runOnContext(now -> connection.close());
    }
}
