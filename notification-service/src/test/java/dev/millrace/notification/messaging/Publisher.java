package dev.millrace.notification.messaging;

import dev.millrace.messaging.InboundEvent;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpSender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Publishes to the real broker, as outbox-relay does. */
@ApplicationScoped
public class Publisher {

    private static final int LIMIT_SECONDS = 10;

    private final AmqpClient client;
    private final Map<String, AmqpSender> senders = new ConcurrentHashMap<>();

    Publisher(Vertx vertx, @ConfigProperty(name = "BROKER_AMQP_PORT") int port) {
        client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(port));
    }

    /** Returns when the broker has accepted it. */
    public void publish(String address, InboundEvent event) throws Exception {
        publishAs(event.id(), address, event);
    }

    /** The same with a message id that is not the event's. */
    public void publishAs(UUID messageId, String address, InboundEvent event) throws Exception {
        var message = AmqpMessage.create()
                .id(messageId.toString())
                .subject(event.type())
                .groupId(event.key())
                .contentType("application/json")
                .durable(true)
                .applicationProperties(new JsonObject()
                        .put("cloudEvents:specversion", "1.0")
                        .put("cloudEvents:id", event.id().toString())
                        .put("cloudEvents:source", event.source())
                        .put("cloudEvents:type", event.type())
                        .put("cloudEvents:time", event.time().toString()))
                .withBufferAsBody(Buffer.buffer(event.data()))
                .build();
        await(sender(address).sendWithAck(message));
    }

    private AmqpSender sender(String address) throws Exception {
        var sender = senders.get(address);
        if (sender == null) {
            sender = await(client.createSender(address));
            senders.put(address, sender);
        }
        return sender;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
