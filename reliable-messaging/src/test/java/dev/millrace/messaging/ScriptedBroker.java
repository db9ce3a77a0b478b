package dev.millrace.messaging;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonSender;
import io.vertx.proton.ProtonServer;
import io.vertx.proton.ProtonServerOptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.message.Message;

/** An AMQP peer that delivers what a test gives it and tells the test how it was settled. */
public class ScriptedBroker implements QuarkusTestResourceLifecycleManager {

    private static final CompletableFuture<Link> LINK = new CompletableFuture<>();
    private static Vertx vertx;

    @Override
    public Map<String, String> start() {
        vertx = Vertx.vertx();
        var server = ProtonServer.create(vertx, new ProtonServerOptions().setHost("127.0.0.1"))
                .connectHandler(ScriptedBroker::accept);
        var port = new CompletableFuture<Integer>();
        server.listen(0, "127.0.0.1", started -> {
            if (started.succeeded()) {
                port.complete(started.result().actualPort());
            } else {
                port.completeExceptionally(started.cause());
            }
        });
        return Map.of("mp.messaging.incoming.things.port", port.join().toString());
    }

    private static void accept(ProtonConnection connection) {
        connection.openHandler(opened -> connection.open());
        connection.sessionOpenHandler(session -> session.open());
        connection.senderOpenHandler(sender -> {
            sender.setSource(sender.getRemoteSource()).setTarget(sender.getRemoteTarget());
            sender.open();
            LINK.complete(new Link(sender, Vertx.currentContext()));
        });
    }

    /** Delivers a message and waits for its outcome. */
    static DeliveryState deliver(Message message) throws Exception {
        return send(message).get(20, TimeUnit.SECONDS);
    }

    /** Delivers a message; its outcome comes later. */
    static CompletableFuture<DeliveryState> send(Message message) throws Exception {
        var outcome = new CompletableFuture<DeliveryState>();
        var link = LINK.get(20, TimeUnit.SECONDS);
        link.context().runOnContext(ignored -> link.sender()
                .send(message, delivery -> outcome.complete(delivery.getRemoteState())));
        return outcome;
    }

    private record Link(ProtonSender sender, io.vertx.core.Context context) {}

    @Override
    public void stop() {
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
