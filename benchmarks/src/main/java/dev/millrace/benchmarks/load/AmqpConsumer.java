package dev.millrace.benchmarks.load;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonReceiver;
import java.util.List;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;

/** One connection that receives and accepts every message at once, with one link for each of its sources. */
final class AmqpConsumer extends AbstractVerticle {
    private final String host;
    private final int port;
    private final Workload workload;
    private final int number;
    private final ClientMeter counters;
    private ProtonConnection connection;
    private int opened;

    AmqpConsumer(String host, int port, Workload workload, int number, Meter meter) {
        this.host = host;
        this.port = port;
        this.workload = workload;
        this.number = number;
        this.counters = meter.client();
    }

    @Override
    public void start(Promise<Void> started) {
        ProtonClient.create(vertx).connect(host, port, connecting -> {
            if (connecting.failed()) {
                started.tryFail(connecting.cause());
                return;
            }
            connection = connecting.result();
            connection.setContainer("bench-consumer-" + number);
            connection.open();
            List<Workload.Source> sources = workload.sources(number);
            int credit = Math.max(1, workload.inFlight() / sources.size());
            for (Workload.Source source : sources) {
                receive(source, credit, opening -> {
                    if (opening.failed()) {
                        started.tryFail("no link from " + source.address() + ": " + opening.cause());
                    } else if (++opened == sources.size()) {
                        started.tryComplete();
                    }
                });
            }
        });
    }

    /** Says goodbye, so that what was sent last, and settled last, gets to the broker. */
    @Override
    public void stop(Promise<Void> stopped) {
        if (connection == null || connection.isDisconnected()) {
            stopped.complete();
            return;
        }
        connection.disconnectHandler(gone -> stopped.tryComplete());
        connection.closeHandler(closed -> {
            connection.disconnect();
            stopped.tryComplete();
        });
        connection.close();
    }

    private void receive(Workload.Source source, int credit, Handler<AsyncResult<ProtonReceiver>> onOpen) {
        ProtonReceiver receiver = connection.createReceiver(source.address());
        // Credit in halves of the whole, not one by one: a flow frame per message would be most of what we send.
        receiver.setPrefetch(0);
        int half = (credit + 1) / 2;
        int[] sinceFlow = {0};
        receiver.handler((delivery, message) -> {
            counters.delivered(intended(message));
            if (++sinceFlow[0] == half) {
                sinceFlow[0] = 0;
                receiver.flow(half);
            }
        });
        receiver.openHandler(onOpen);
        receiver.open();
        receiver.flow(credit);
    }

    private static long intended(Message message) {
        Binary body = ((Data) message.getBody()).getValue();
        return body.asByteBuffer().getLong();
    }
}
