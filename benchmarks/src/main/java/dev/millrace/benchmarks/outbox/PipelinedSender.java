package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.outbox.PollLoop.Row;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonDelivery;
import io.vertx.proton.ProtonSender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.qpid.proton.amqp.messaging.Accepted;

/** Sends batches over one connection, pipelined, and waits for all outcomes. Made anew after a failure. */
final class PipelinedSender {
    private static final long LIMIT_SECONDS = 30;

    private final Vertx vertx;
    private final Context context;
    private final int port;
    private final Map<String, ProtonSender> senders = new HashMap<>();
    private ProtonConnection connection;

    PipelinedSender(Vertx vertx, int port) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.port = port;
    }

    /**
     * Sends them in this order; returns when the broker has accepted all.
     *
     * @throws SendFailure if it has not
     */
    void send(List<Row> rows) {
        var batch = new Batch(rows.size());
        context.runOnContext(ignored -> {
            if (connection == null) {
                connect(rows, batch);
            } else {
                transmit(rows, batch);
            }
        });
        batch.await();
    }

    private void connect(List<Row> rows, Batch batch) {
        var options = new ProtonClientOptions();
        options.setTcpNoDelay(true);
        ProtonClient.create(vertx).connect(options, "127.0.0.1", port, connected -> {
            if (connected.failed()) {
                batch.fail("no broker: " + connected.cause());
                return;
            }
            ProtonConnection opening = connected.result();
            opening.setContainer("polling-outbox-" + Integer.toHexString(hashCode()));
            opening.disconnectHandler(gone -> lost(batch, "connection lost"));
            opening.closeHandler(closed -> lost(batch, "connection closed"));
            opening.openHandler(opened -> {
                connection = opening;
                transmit(rows, batch);
            });
            opening.open();
        });
    }

    private void lost(Batch batch, String why) {
        connection = null;
        senders.clear();
        batch.fail(why);
    }

    private void transmit(List<Row> rows, Batch batch) {
        connection.disconnectHandler(gone -> lost(batch, "connection lost"));
        for (Row row : rows) {
            // What exceeds the credit waits in the link.
            sender(row.destination()).send(OutboxMessage.of(row), delivery -> settled(delivery, batch));
        }
    }

    private ProtonSender sender(String destination) {
        return senders.computeIfAbsent(
                destination, address -> connection.createSender(address).open());
    }

    private static void settled(ProtonDelivery delivery, Batch batch) {
        if (delivery.getRemoteState() instanceof Accepted) {
            batch.accepted();
        } else {
            batch.fail("settled as " + delivery.getRemoteState());
        }
    }

    /** Counts outcomes; confined to the context, apart from waiting. */
    private static final class Batch {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private int missing;

        Batch(int messages) {
            missing = messages;
        }

        void accepted() {
            if (--missing == 0) {
                done.complete(null);
            }
        }

        void fail(String why) {
            done.completeExceptionally(new SendFailure(why));
        }

        void await() {
            try {
                done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new SendFailure(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this", e);
            }
        }
    }
}
