package dev.millrace.broker.amqp;

import dev.millrace.broker.engine.CommandSink;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The broker's AMQP 1.0 port. Connections are spread over a few event loops; each stays on its own. Thread-safe; started
 * and stopped once.
 */
public final class AmqpServer {

    private static final Logger LOG = Logger.getLogger(AmqpServer.class);

    /** Listeners that share a free port are told apart by negative numbers (Vert.x's convention). */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final CommandSink commands;
    private final AmqpSettings settings;
    private final AmqpStatistics statistics = new AmqpStatistics();
    private final Containers containers = new Containers();
    private final Set<AmqpConnection> connections = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;
    private volatile String deployment;
    private volatile int actualPort;
    private Future<Void> stopped;

    public AmqpServer(Vertx vertx, CommandSink commands, AmqpSettings settings) {
        this.vertx = vertx;
        this.commands = commands;
        this.settings = settings;
    }

    /** Listens; completes with the port, or fails if it cannot be bound. */
    public Future<Integer> start() {
        int port = settings.port() == 0 ? FREE_PORTS.decrementAndGet() : settings.port();
        DeploymentOptions options = new DeploymentOptions().setInstances(settings.eventLoops());
        return vertx.deployVerticle(() -> new Listener(port), options).map(id -> {
            deployment = id;
            return actualPort;
        });
    }

    /** The port that is listened on; 0 before the start. */
    public int port() {
        return actualPort;
    }

    public AmqpStatistics statistics() {
        return statistics;
    }

    /**
     * Takes no more connections, closes those that are open with {@code amqp:connection:forced}, and completes when they
     * are gone, at the latest after {@link AmqpSettings#closeTimeout} and a little. Further calls answer the same.
     */
    public synchronized Future<Void> stop() {
        if (stopped == null) {
            stopping = true;
            connections.forEach(AmqpConnection::closeForced);
            stopped = connectionsGone().compose(nothing -> undeploy());
        }
        return stopped;
    }

    private Future<Void> connectionsGone() {
        Promise<Void> gone = Promise.promise();
        long deadline = System.nanoTime() + settings.closeTimeout().toNanos() + TimeUnit.MILLISECONDS.toNanos(500);
        awaitConnectionsGone(deadline, gone);
        return gone.future();
    }

    /** Looks again and again with a timer of its own each time: a periodic one cannot always cancel itself. */
    private void awaitConnectionsGone(long deadline, Promise<Void> gone) {
        if (connections.isEmpty() || System.nanoTime() > deadline) {
            gone.complete();
        } else {
            vertx.setTimer(10, timer -> awaitConnectionsGone(deadline, gone));
        }
    }

    private Future<Void> undeploy() {
        return deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
    }

    private void accept(NetSocket socket) {
        if (stopping || connections.size() >= settings.maxConnections()) {
            statistics.connectionsRefused.increment();
            if (!stopping) {
                LOG.warnf(
                        "AMQP connection from %s refused: %d connections are open, the most allowed",
                        socket.remoteAddress(), settings.maxConnections());
            }
            socket.close();
            return;
        }
        AmqpConnection connection = new AmqpConnection(
                (NetSocketInternal) socket, commands, settings, statistics, containers, connections::remove);
        connections.add(connection);
        connection.start();
    }

    /** One event loop's share of the port. */
    private final class Listener extends AbstractVerticle {

        private final int port;

        Listener(int port) {
            this.port = port;
        }

        @Override
        public void start(Promise<Void> started) {
            // Many clients may connect at once after a restart; acknowledgements must not wait for company.
            NetServerOptions options =
                    new NetServerOptions().setAcceptBacklog(1024).setTcpNoDelay(true);
            NetServer server = vertx.createNetServer(options).connectHandler(AmqpServer.this::accept);
            server.listen(port, settings.host())
                    .onSuccess(listening -> actualPort = listening.actualPort())
                    .<Void>mapEmpty()
                    .onComplete(started);
        }
    }
}
