package dev.millrace.benchmarks.peer;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonReceiver;
import io.vertx.proton.ProtonServer;
import org.apache.qpid.proton.amqp.messaging.Accepted;

/**
 * An AMQP server that accepts every message and drops it: what is left of a broker without storage. Nothing that our
 * clients measure can be faster, so it shows how much of a result is the client.
 */
public final class AcceptOnlyServer extends AbstractVerticle {
    private static final int CREDIT = 4_000;

    private final int port;

    /** @param port where it listens, on loopback */
    public AcceptOnlyServer(int port) {
        this.port = port;
    }

    /** @param arguments the port */
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        Vertx.vertx()
                .deployVerticle(
                        () -> new AcceptOnlyServer(port),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .onFailure(failure -> System.exit(1));
    }

    @Override
    public void start(Promise<Void> started) {
        ProtonServer.create(vertx)
                .connectHandler(connection -> {
                    connection.sessionOpenHandler(session -> session.open());
                    connection.receiverOpenHandler(AcceptOnlyServer::accept);
                    connection.openHandler(
                            opened -> connection.setContainer("accept-only").open());
                    connection.closeHandler(closed -> connection.close().disconnect());
                })
                .listen(port, "127.0.0.1", listening -> {
                    if (listening.succeeded()) {
                        started.complete();
                    } else {
                        started.fail(listening.cause());
                    }
                });
    }

    private static void accept(ProtonReceiver receiver) {
        int[] sinceFlow = {0};
        receiver.setTarget(receiver.getRemoteTarget());
        receiver.setSource(receiver.getRemoteSource());
        receiver.setPrefetch(0);
        receiver.handler((delivery, message) -> {
            delivery.disposition(Accepted.getInstance(), true);
            if (++sinceFlow[0] == CREDIT / 2) {
                sinceFlow[0] = 0;
                receiver.flow(CREDIT / 2);
            }
        });
        receiver.open();
        receiver.flow(CREDIT);
    }
}
