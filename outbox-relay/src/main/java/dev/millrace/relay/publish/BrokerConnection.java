package dev.millrace.relay.publish;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One AMQP connection that is made again for ever when it is lost, with a growing pause. Confined to one context.
 *
 * <p>Tells each loss and each return once, not each attempt: a broker that is away for an hour is two log lines.
 */
final class BrokerConnection {
    private static final Logger LOG = Logger.getLogger(BrokerConnection.class);
    private static final int CONNECT_LIMIT_MILLIS = 3_000;
    /** After that long a connection counts as good, and the next pause is the first again. */
    private static final long PROVEN_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final BrokerSettings settings;
    private final Consumer<ProtonConnection> onUp;
    private final Consumer<String> onDown;
    private final ProtonClient client;
    private final Backoff backoff = new Backoff();
    private ProtonConnection current;
    /** Counts attempts, so that a late event of an earlier connection is told from the present one's. */
    private int epoch;

    private boolean up;
    private boolean closed;
    private boolean outageLogged;
    private long upSinceNanos;

    BrokerConnection(
            Vertx vertx,
            Context context,
            BrokerSettings settings,
            Consumer<ProtonConnection> onUp,
            Consumer<String> onDown) {
        this.vertx = vertx;
        this.context = context;
        this.settings = settings;
        this.onUp = onUp;
        this.onDown = onDown;
        this.client = ProtonClient.create(vertx);
    }

    void connect() {
        if (closed) {
            return;
        }
        int attempt = ++epoch;
        var options = new ProtonClientOptions();
        options.setConnectTimeout(CONNECT_LIMIT_MILLIS);
        options.setTcpNoDelay(true); // single events must not wait for company
        options.setReconnectAttempts(0); // done here
        options.setHeartbeat((int) settings.heartbeat().toMillis());
        // Covers what the connect time-out does not: a peer that takes the connection and then says nothing.
        vertx.setTimer(2L * CONNECT_LIMIT_MILLIS, timer -> {
            if (attempt == epoch && !up) {
                lost(attempt, "no answer to the AMQP open within " + 2 * CONNECT_LIMIT_MILLIS + " ms");
            }
        });
        client.connect(
                options,
                settings.host(),
                settings.port(),
                settings.user(),
                settings.password(),
                result -> context.runOnContext(ignored -> connected(attempt, result)));
    }

    private void connected(int attempt, AsyncResult<ProtonConnection> result) {
        if (attempt != epoch || closed) {
            if (result.succeeded()) {
                result.result().disconnect();
            }
            return;
        }
        if (result.failed()) {
            lost(attempt, result.cause().toString());
            return;
        }
        current = result.result();
        current.setContainer(settings.containerId());
        current.openHandler(opened -> {
            if (opened.succeeded()) {
                opened(attempt);
            } else {
                lost(attempt, "open refused: " + opened.cause().getMessage());
            }
        });
        current.closeHandler(closing -> lost(
                attempt,
                "closed by the broker"
                        + (closing.failed() ? ": " + closing.cause().getMessage() : "")));
        current.disconnectHandler(gone -> lost(attempt, "connection lost"));
        current.open();
    }

    private void opened(int attempt) {
        if (attempt != epoch || closed) {
            return;
        }
        up = true;
        upSinceNanos = System.nanoTime();
        LOG.infof("%s: connected to the broker at %s", settings.containerId(), settings);
        outageLogged = false;
        onUp.accept(current);
    }

    private void lost(int attempt, String why) {
        if (attempt != epoch || closed) {
            return;
        }
        boolean proven = up && System.nanoTime() - upSinceNanos > PROVEN_MILLIS * 1_000_000;
        if (proven) {
            backoff.reset();
        }
        drop();
        if (!outageLogged) {
            outageLogged = true;
            LOG.infof("%s: no broker at %s (%s), trying again for ever", settings.containerId(), settings, why);
        }
        onDown.accept(why);
        vertx.setTimer(backoff.nextMillis(), timer -> connect());
    }

    /** Gives the present connection up and makes a new one. */
    void reconnect(String why) {
        lost(epoch, why);
    }

    void close() {
        closed = true;
        if (current != null && up) {
            current.closeHandler(closing -> drop());
            current.close();
            vertx.setTimer(500, timer -> drop());
        } else {
            drop();
        }
    }

    private void drop() {
        epoch++;
        up = false;
        ProtonConnection gone = current;
        current = null;
        if (gone != null) {
            gone.disconnect();
        }
    }
}
