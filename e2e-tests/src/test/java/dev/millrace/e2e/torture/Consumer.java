package dev.millrace.e2e.torture;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.AmqpEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.qpid.proton.amqp.messaging.Accepted;

/**
 * Accepts what it gets. To know which settlements are on disk it sends a marker now and then on the same connection: the
 * broker executes in order, so when the marker is accepted, the settlements before it are synced too.
 */
final class Consumer implements Worker {
    private static final int CREDIT = 100;
    private static final int SETTLEMENTS_PER_MARKER = 50;
    private static final Duration QUIET = Duration.ofMillis(100);

    private final AmqpEndpoint broker;
    private final String queue;
    private final String markers;
    private final Ledger ledger;
    private volatile boolean stopping;

    Consumer(AmqpEndpoint broker, String queue, String markers, Ledger ledger) {
        this.broker = broker;
        this.queue = queue;
        this.markers = markers;
        this.ledger = ledger;
    }

    /** Ends it as soon as nothing comes, or the connection ends. */
    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        while (!stopping) {
            Connecting.to(broker, this::consume);
        }
    }

    private void consume(AmqpClient amqp) {
        AmqpSender marker = amqp.sender(markers);
        AmqpReceiver receiver = amqp.receiver(queue, CREDIT);
        var settled = new ArrayList<Copy>();
        while (true) {
            var next = receiver.poll(QUIET);
            next.ifPresent(delivery -> settled.add(take(delivery)));
            if (settled.size() == SETTLEMENTS_PER_MARKER || next.isEmpty() && !settled.isEmpty()) {
                confirm(marker, List.copyOf(settled));
                settled.clear();
            }
            if (next.isEmpty()) {
                if (stopping) {
                    return;
                }
                amqp.requireConnected();
            }
        }
    }

    private Copy take(AmqpDelivery delivery) {
        Copy copy = Copy.parse(delivery.id());
        ledger.delivered(copy);
        delivery.accept();
        return copy;
    }

    private void confirm(AmqpSender marker, List<Copy> settled) {
        marker.send(Messages.of(UUID.randomUUID().toString(), "marker")).thenAccept(outcome -> {
            if (outcome instanceof Accepted) {
                ledger.settled(settled);
            }
        });
    }
}
