package dev.millrace.inventory.messaging;

import dev.millrace.messaging.InboundEvent;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpSender;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Publishes to the real broker's topic {@code orders}, as outbox-relay does. */
@ApplicationScoped
public class OrdersTopic {

    private static final int LIMIT_SECONDS = 10;

    private final AmqpClient client;
    private final AmqpSender sender;

    OrdersTopic(Vertx vertx, @ConfigProperty(name = "BROKER_AMQP_PORT") int port) throws Exception {
        client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(port));
        sender = client.createSender("orders")
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns when the broker has accepted it. */
    public void publish(InboundEvent event) throws Exception {
        publishAs(event.id(), event);
    }

    /** The same with a message id that is not the event's. */
    public void publishAs(UUID messageId, InboundEvent event) throws Exception {
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
        sender.sendWithAck(message).toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
