package dev.millrace.e2e.client;

import dev.millrace.e2e.system.AmqpEndpoint;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One connection to the broker for tests: blocking calls around an event loop. It does not reconnect: what happens to a
 * connection is what the tests are about. Thread-safe.
 */
public final class AmqpClient implements AutoCloseable {
    static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);

    private static final Vertx VERTX = Vertx.vertx(
            new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(1));

    private final ProtonConnection connection;
    private final Context context;
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private volatile boolean lost;

    private AmqpClient(ProtonConnection connection, Context context) {
        this.connection = connection;
        this.context = context;
    }

    /** The connection ended before an answer came. */
    public static final class ConnectionLostException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ConnectionLostException() {
            super("the connection to the broker was lost");
        }
    }

    /** Connects and opens, or fails. */
    public static AmqpClient connect(AmqpEndpoint endpoint) {
        Context context = VERTX.getOrCreateContext();
        var opened = new CompletableFuture<AmqpClient>();
        var options = new ProtonClientOptions().setConnectTimeout(5_000).setReconnectAttempts(0);
        context.runOnContext(start -> ProtonClient.create(VERTX)
                .connect(options, endpoint.host(), endpoint.port(), endpoint.user(), endpoint.password(), connected -> {
                    if (connected.failed()) {
                        opened.completeExceptionally(connected.cause());
                        return;
                    }
                    var client = new AmqpClient(connected.result(), context);
                    client.open(opened);
                }));
        return get(opened);
    }

    private void open(CompletableFuture<AmqpClient> opened) {
        unanswered.add(opened);
        connection
                .setContainer("e2e-" + UUID.randomUUID())
                .disconnectHandler(gone -> ended())
                .closeHandler(closed -> ended())
                .openHandler(answer -> {
                    if (answer.succeeded()) {
                        opened.complete(this);
                    } else {
                        opened.completeExceptionally(answer.cause());
                    }
                })
                .open();
    }

    /** A link to send to this address; null: each message says in {@code to} where it goes. */
    public AmqpSender sender(String address) {
        return AmqpSender.open(this, address);
    }

    /**
     * A link to receive from this address.
     *
     * @param credit unsettled deliveries that the broker may send ahead, at least 1
     */
    public AmqpReceiver receiver(String address, int credit) {
        return AmqpReceiver.open(this, address, credit);
    }

    /** A link to receive from a node of its own, which goes with it; {@link AmqpReceiver#address} names it. */
    public AmqpReceiver dynamicReceiver(int credit) {
        return AmqpReceiver.open(this, null, credit);
    }

    /** @throws ConnectionLostException if the connection has ended */
    public void requireConnected() {
        if (lost) {
            throw new ConnectionLostException();
        }
    }

    /** Cuts the TCP connection without a word, as a crash of this client would. */
    public void drop() {
        var dropped = new CompletableFuture<Void>();
        onLoop(() -> {
            if (lost) {
                dropped.complete(null);
                return;
            }
            connection.disconnectHandler(gone -> {
                ended();
                dropped.complete(null);
            });
            connection.disconnect();
        });
        get(dropped);
    }

    /** Closes the connection in good order. */
    @Override
    public void close() {
        if (lost) {
            return;
        }
        var closed = new CompletableFuture<Void>();
        onLoop(() -> {
            if (lost) { // since we looked; no handler would be called any more
                closed.complete(null);
                return;
            }
            connection.closeHandler(answer -> {
                ended();
                closed.complete(null);
            });
            connection.disconnectHandler(gone -> closed.complete(null));
            connection.close();
        });
        get(closed);
    }

    ProtonConnection connection() {
        return connection;
    }

    void onLoop(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    /** Registers a question: it fails when the connection ends first. */
    <T> CompletableFuture<T> expect(CompletableFuture<T> answer) {
        unanswered.add(answer);
        answer.whenComplete((value, failure) -> unanswered.remove(answer));
        if (lost) {
            answer.completeExceptionally(new ConnectionLostException());
        }
        return answer;
    }

    static <T> T get(CompletableFuture<T> answer) {
        try {
            return answer.get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause().toString(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the broker did not answer within " + ANSWER_LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the broker", e);
        }
    }

    private void ended() {
        lost = true;
        connection.disconnect();
        unanswered.forEach(answer -> answer.completeExceptionally(new ConnectionLostException()));
    }
}
