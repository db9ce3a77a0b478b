package dev.millrace.e2e.torture;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.system.AmqpEndpoint;
import io.vertx.core.VertxException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Work over a connection that may be lost at any moment, which is what it is for. */
final class Connecting {
    private static final long PAUSE_NANOS = 20_000_000;

    /** Vert.x logs each lost connection as an error; held here, since loggers are collected. */
    private static final Logger CONNECTIONS = Logger.getLogger("io.vertx.core.net.impl.ConnectionBase");

    static {
        CONNECTIONS.setLevel(Level.OFF);
    }

    private Connecting() {}

    /** Connects and works, until the work is done or the connection is lost or was not to be had. */
    static void to(AmqpEndpoint broker, Consumer<AmqpClient> work) {
        try (var amqp = AmqpClient.connect(broker)) {
            work.accept(amqp);
        } catch (RuntimeException e) {
            if (!isLost(e)) {
                throw e;
            }
            LockSupport.parkNanos(PAUSE_NANOS); // the broker is down: not faster than it can come back
        }
    }

    private static boolean isLost(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AmqpClient.ConnectionLostException
                    || cause instanceof IOException
                    || cause instanceof VertxException) {
                return true;
            }
        }
        return false;
    }
}
