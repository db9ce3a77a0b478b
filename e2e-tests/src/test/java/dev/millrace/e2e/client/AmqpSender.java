package dev.millrace.e2e.client;

import io.vertx.proton.ProtonLinkOptions;
import io.vertx.proton.ProtonSender;
import java.util.concurrent.CompletableFuture;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.apache.qpid.proton.message.Message;

/** A sending link. Messages wait in it for credit. Thread-safe. */
public final class AmqpSender {
    private final AmqpClient client;
    private final ProtonSender link;

    private AmqpSender(AmqpClient client, ProtonSender link) {
        this.client = client;
        this.link = link;
    }

    static AmqpSender open(AmqpClient client, String address) {
        var opened = client.expect(new CompletableFuture<AmqpSender>());
        client.onLoop(() -> {
            ProtonSender link = client.connection().createSender(address, new ProtonLinkOptions());
            link.openHandler(answer -> {
                if (answer.succeeded() && link.getRemoteTarget() != null) {
                    opened.complete(new AmqpSender(client, link));
                }
            });
            // A refused link is attached without a terminus first, and then detached with the reason.
            link.detachHandler(answer -> opened.completeExceptionally(refusal(answer.cause())));
            link.closeHandler(answer -> opened.completeExceptionally(refusal(answer.cause())));
            link.open();
        });
        return AmqpClient.get(opened);
    }

    private static RuntimeException refusal(Throwable cause) {
        return new IllegalStateException("the broker refused the link: " + cause, cause);
    }

    /** Sends; completes with the broker's outcome, or fails if the connection ends before it comes. */
    public CompletableFuture<DeliveryState> send(Message message) {
        var outcome = client.expect(new CompletableFuture<DeliveryState>());
        client.onLoop(() -> {
            if (!outcome.isDone()) {
                link.send(message, delivery -> outcome.complete(delivery.getRemoteState()));
            }
        });
        return outcome;
    }

    /** Sends and waits until the broker has accepted. */
    public void sendAccepted(Message message) {
        DeliveryState outcome = AmqpClient.get(send(message));
        if (!(outcome instanceof Accepted)) {
            throw new AssertionError("expected accepted, got " + outcome + " for message " + message.getMessageId());
        }
    }
}
