package dev.millrace.messaging;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A connection to the broker beside the channels, for what may get lost: made again whenever it is lost, without end.
 * A broker that is there and says nothing counts as lost after some seconds.
 *
 * <p>{@link #start}, {@link #stop} and {@link #run} may be called from any thread; all else is confined to one context.
 */
public final class SideConnection {
    /** A peer that is silent for twice as long is taken for lost. */
    static final int HEARTBEAT_MILLIS = 5_000;

    private static final Logger LOG = Logger.getLogger(SideConnection.class);
    private static final int CONNECT_MILLIS = 3_000;
    private static final int OPEN_MILLIS = 2 * CONNECT_MILLIS;
    private static final int RETRY_MILLIS = 1_000;

    private final Vertx vertx;
    private final BrokerAddress broker;
    private final String container;
    private final Consumer<ProtonConnection> onUp;
    private final Runnable onDown;
    private final Context context;
    private ProtonConnection connection;
    /** Counts attempts, so that what an earlier one still reports is told from the present one's. */
    private int attempt;

    private boolean up;
    private boolean stopped;

    /**
     * Prepares it.
     *
     * @param container its container-id
     * @param onUp gets the opened connection each time, to attach links to it
     * @param onDown what was attached is gone
     */
    public SideConnection(
            Vertx vertx, BrokerAddress broker, String container, Consumer<ProtonConnection> onUp, Runnable onDown) {
        this.vertx = vertx;
        this.broker = broker;
        this.container = container;
        this.onUp = onUp;
        this.onDown = onDown;
        this.context = vertx.getOrCreateContext();
    }

    /** Begins to connect. */
    public void start() {
        run(this::connect);
    }

    /** Runs a task where links may be used. */
    public void run(Runnable task) {
        context.runOnContext(ignored -> task.run());
    }

    /** Closes it for good. */
    public void stop() {
        run(() -> {
            stopped = true;
            attempt++;
            if (connection != null && up) {
                connection.close();
            } else if (connection != null) {
                connection.disconnect();
            }
        });
    }

    private void connect() {
        if (stopped) {
            return;
        }
        int mine = ++attempt;
        var options = new ProtonClientOptions();
        options.setConnectTimeout(CONNECT_MILLIS);
        options.setTcpNoDelay(true);
        options.setHeartbeat(HEARTBEAT_MILLIS);
        // Covers what the connect time-out does not: a peer that takes the connection and then says nothing.
        vertx.setTimer(OPEN_MILLIS, timer -> {
            if (!up) {
                lost(mine, "no answer");
            }
        });
        ProtonClient.create(vertx)
                .connect(
                        options,
                        broker.host(),
                        broker.port(),
                        broker.user(),
                        broker.password(),
                        result -> run(() -> connected(mine, result)));
    }

    private void connected(int mine, AsyncResult<ProtonConnection> result) {
        if (mine != attempt || stopped) {
            if (result.succeeded()) {
                result.result().disconnect();
            }
            return;
        }
        if (result.failed()) {
            lost(mine, result.cause().getMessage());
            return;
        }
        connection = result.result();
        connection.setContainer(container);
        connection.disconnectHandler(gone -> lost(mine, "connection lost"));
        connection.closeHandler(closed -> lost(mine, "closed by the broker"));
        connection.openHandler(opened -> {
            if (opened.failed()) {
                lost(mine, "refused: " + opened.cause().getMessage());
            } else if (mine == attempt) {
                up = true;
                onUp.accept(connection);
            }
        });
        connection.open();
    }

    private void lost(int mine, String why) {
        if (mine != attempt || stopped) {
            return;
        }
        LOG.debugf("%s: %s", container, why);
        attempt++;
        up = false;
        ProtonConnection gone = connection;
        connection = null;
        if (gone != null) {
            gone.disconnect();
        }
        onDown.run();
        vertx.setTimer(RETRY_MILLIS, timer -> connect());
    }
}
