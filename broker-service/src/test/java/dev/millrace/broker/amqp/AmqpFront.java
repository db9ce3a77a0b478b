package dev.millrace.broker.amqp;

import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A front over a {@link MemoryBroker}, for one test. */
final class AmqpFront implements AutoCloseable {

    private static final long LIMIT_SECONDS = 10;

    final MemoryBroker broker = new MemoryBroker();
    private final Vertx vertx = Vertx.vertx();
    private final AmqpServer server;

    private AmqpFront(AmqpSettings settings) throws Exception {
        server = new AmqpServer(vertx, broker, settings);
        server.start().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    static AmqpSettings settings() {
        return AmqpSettings.of("127.0.0.1", 0, Map.of());
    }

    static AmqpFront start(AmqpSettings settings) throws Exception {
        return new AmqpFront(settings);
    }

    static AmqpFront start() throws Exception {
        return start(settings());
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return server.port();
    }

    AmqpServer server() {
        return server;
    }

    AmqpStatistics statistics() {
        return server.statistics();
    }

    void stop() throws Exception {
        server.stop().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        stop();
        vertx.close().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        broker.close();
    }
}
