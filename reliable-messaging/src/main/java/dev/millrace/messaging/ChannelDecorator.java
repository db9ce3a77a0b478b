package dev.millrace.messaging;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.PublisherDecorator;
import io.smallrye.reactive.messaging.amqp.AmqpConnector;
import io.smallrye.reactive.messaging.amqp.IncomingAmqpMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Prepares every message of an incoming AMQP channel for its consumer:
 *
 * <ul>
 *   <li>checks the envelope and hands on the body as bytes; what is no event is rejected here and reaches no consumer.
 *       (The connector would parse a JSON body in the stream itself, where one bad byte ends the channel.)
 *   <li>gives a failure the outcome of its {@link FailureKind}, with its reason. (The connector knows one fixed outcome per
 *       channel, and sends no reason.)
 * </ul>
 */
@ApplicationScoped
class ChannelDecorator implements PublisherDecorator {

    private static final Logger LOG = Logger.getLogger(ChannelDecorator.class);

    private final Config config;

    ChannelDecorator(Config config) {
        this.config = config;
    }

    @Override
    public Multi<? extends Message<?>> decorate(
            Multi<? extends Message<?>> messages, List<String> channels, boolean isConnector) {
        if (!isConnector || channels.stream().noneMatch(this::isAmqp)) {
            return messages;
        }
        for (String channel : channels) {
            require(channel, "failure-strategy", "modified-failed");
            require(channel, "cloud-events", "false");
        }
        return messages.onItem().transformToUniAndConcatenate(message -> checked(channels.getFirst(), message));
    }

    private Uni<Message<?>> checked(String channel, Message<?> message) {
        InboundEvent event;
        try {
            event = AmqpEnvelope.read(message);
        } catch (PermanentFailure notAnEvent) {
            return Uni.createFrom()
                    .completionStage(() -> settle(channel, message, notAnEvent))
                    .onItemOrFailure()
                    .transformToUni((done, failure) -> Uni.createFrom().nullItem());
        }
        Message<?> prepared = message.withPayload(event.data())
                .addMetadata(event)
                .withNackWithMetadata((failure, metadata) -> settle(channel, message, failure));
        return Uni.createFrom().item(prepared);
    }

    private CompletionStage<Void> settle(String channel, Message<?> message, Throwable failure) {
        var delivery =
                message.getMetadata(IncomingAmqpMetadata.class).orElseThrow().getMessage();
        return switch (FailureKind.of(failure)) {
            case PERMANENT -> {
                log(channel, "rejects a message", failure);
                yield FailedDelivery.reject(delivery, failure);
            }
            case TRANSIENT -> {
                log(channel, "could not process a message, it comes back", failure);
                yield FailedDelivery.fail(delivery, failure);
            }
        };
    }

    /** A failure of a declared kind says all in its message; any other was not foreseen and needs its stack trace. */
    private static void log(String channel, String what, Throwable failure) {
        if (failure instanceof PermanentFailure || failure instanceof TransientFailure) {
            LOG.warnf("Channel %s %s: %s", channel, what, FailureReason.of(failure));
        } else {
            LOG.errorf(failure, "Channel %s %s", channel, what);
        }
    }

    private boolean isAmqp(String channel) {
        return AmqpConnector.CONNECTOR_NAME.equals(setting(channel, "connector"));
    }

    private void require(String channel, String name, String value) {
        if (!value.equals(setting(channel, name))) {
            throw new IllegalStateException("set mp.messaging.incoming." + channel + "." + name + "=" + value
                    + ": it is " + setting(channel, name));
        }
    }

    private String setting(String channel, String name) {
        return config.getOptionalValue("mp.messaging.incoming." + channel + "." + name, String.class)
                .or(() -> config.getOptionalValue(
                        "mp.messaging.connector." + AmqpConnector.CONNECTOR_NAME + "." + name, String.class))
                .orElse("not set");
    }
}
