package dev.millrace.relay;

import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** Receives from one address of a real broker, and connects again when that was killed. */
final class Subscriber implements AutoCloseable {
    private final Vertx vertx;
    private final int port;
    private final String address;
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private volatile ProtonConnection connection;
    private volatile boolean closed;

    Subscriber(Vertx vertx, int port, String address) {
        this.vertx = vertx;
        this.port = port;
        this.address = address;
        connect();
    }

    private void connect() {
        if (closed) {
            return;
        }
        ProtonClient.create(vertx).connect(new ProtonClientOptions(), "127.0.0.1", port, connected -> {
            if (connected.failed()) {
                vertx.setTimer(100, timer -> connect());
                return;
            }
            connection = connected.result();
            connection.disconnectHandler(gone -> vertx.setTimer(100, timer -> connect()));
            connection.open();
            connection
                    .createReceiver(address)
                    .handler((delivery, message) -> messages.add(message))
                    .open();
        });
    }

    List<Message> messages() {
        return messages;
    }

    static String body(Message message) {
        return new String(((Data) message.getBody()).getValue().getArray());
    }

    @Override
    public void close() {
        closed = true;
        if (connection != null) {
            vertx.runOnContext(ignored -> connection.disconnect());
        }
    }
}
