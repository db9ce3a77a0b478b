package dev.millrace.order.messaging;

import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Publishes to the real broker, as outbox-relay does. */
@ApplicationScoped
public class Broker {

    private static final int LIMIT_SECONDS = 10;

    private final AmqpClient client;

    Broker(Vertx vertx, @ConfigProperty(name = "BROKER_AMQP_PORT") int port) {
        client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(port));
    }

    /** An event to send; the same one may be sent several times. */
    public record TestEvent(UUID id, String type, String key, String data) {
        static TestEvent of(String type, Object key, String data) {
            return new TestEvent(UUID.randomUUID(), type, key.toString(), data);
        }
    }

    /** Returns when the broker has accepted it. The message id is new, so that the broker lets a repetition through. */
    public void publish(String address, TestEvent event) throws Exception {
        var message = AmqpMessage.create()
                .id(UUID.randomUUID().toString())
                .subject(event.type())
                .groupId(event.key())
                .contentType("application/json")
                .durable(true)
                .applicationProperties(new JsonObject()
                        .put("cloudEvents:specversion", "1.0")
                        .put("cloudEvents:id", event.id().toString())
                        .put("cloudEvents:source", "/inventory-service")
                        .put("cloudEvents:type", event.type())
                        .put("cloudEvents:time", time(event)))
                .withBufferAsBody(Buffer.buffer(event.data()))
                .build();
        var sender = client.createSender(address)
                .toCompletionStage()
                .toCompletableFuture()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        sender.sendWithAck(message).toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        sender.close();
    }

    /** An event's time never changes, so it is made of the event's id. */
    private static String time(TestEvent event) {
        return Instant.parse("2026-11-20T10:00:00Z")
                .plusMillis(Math.floorMod(event.id().getLeastSignificantBits(), 1_000_000L))
                .toString();
    }

    @PreDestroy
    void close() {
        client.close();
    }
}
