package dev.millrace.e2e;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.Messages;
import java.time.Duration;
import java.util.UUID;

/**
 * Tells when a consumer is done with what was sent to it before. The broker delivers the messages of one key one at a
 * time and in order, so a message with that key that no consumer can take, sent last, is among the dead letters only
 * after all others of the key have been handled.
 */
final class DeadLetterMarker {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AmqpClient amqp;

    DeadLetterMarker(AmqpClient amqp) {
        this.amqp = amqp;
    }

    /**
     * Returns when all that was accepted by the broker before, with this key, has been handled.
     *
     * @param address of the topic or queue
     * @param readers the subscriptions, or the queue, whose consumers are meant
     */
    void awaitHandled(String address, String key, String... readers) {
        String id = "marker-" + UUID.randomUUID();
        amqp.sender(address).sendAccepted(Messages.of(id, key, "no event at all"));
        for (String reader : readers) {
            awaitDeadLetter(reader, id);
        }
    }

    private void awaitDeadLetter(String reader, String id) {
        AmqpReceiver deadLetters = amqp.receiver(reader + "/$deadletterqueue", 1);
        AmqpDelivery first = deadLetters
                .poll(LIMIT)
                .orElseThrow(() -> new AssertionError(
                        "marker " + id + " is not among the dead letters of " + reader + " after " + LIMIT));
        if (!first.id().equals(id)) {
            throw unexpected(reader, first);
        }
        first.accept();
        deadLetters.close();
    }

    /** Nothing else may be there: every dead letter in these tests is one too many. */
    private static AssertionError unexpected(String reader, AmqpDelivery delivery) {
        return new AssertionError("unexpected dead letter of %s: %s, properties %s"
                .formatted(
                        reader,
                        delivery.id(),
                        delivery.message().getApplicationProperties() == null
                                ? "none"
                                : delivery.message().getApplicationProperties().getValue()));
    }
}
