package dev.millrace.order.messaging;

import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpSender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Answers questions on the real broker as inventory-service does, if it has {@value #STOCK} of everything. */
final class InventoryPeer implements AutoCloseable {

    static final int STOCK = 10;

    private static final int LIMIT_SECONDS = 10;

    private final AmqpClient client;
    private final Queue<AmqpMessage> questions = new ConcurrentLinkedQueue<>();
    private volatile boolean answering = true;

    InventoryPeer(Vertx vertx, int port) throws Exception {
        client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(port));
        Future<?> ready = client.connect()
                .compose(connection -> connection.createAnonymousSender().compose(sender -> connection
                        .createReceiver(AvailabilityInquiry.QUEUE)
                        .onSuccess(receiver -> receiver.handler(question -> asked(question, sender)))));
        ready.toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void asked(AmqpMessage question, AmqpSender sender) {
        questions.add(question);
        if (answering) {
            boolean available = lines(question).stream()
                    .map(JsonObject.class::cast)
                    .allMatch(line -> line.getInteger("quantity") <= STOCK);
            sender.send(AmqpMessage.create()
                    .address(question.replyTo())
                    .correlationId(question.correlationId())
                    .withBufferAsBody(Buffer.buffer("{\"available\":" + available + "}"))
                    .build());
        }
    }

    static JsonArray lines(AmqpMessage question) {
        return new JsonObject(question.bodyAsBinary()).getJsonArray("lines");
    }

    /** Takes questions as before, and leaves them alone. */
    void fallSilent() {
        answering = false;
    }

    void answerAgain() {
        answering = true;
    }

    /** Those that came since it was asked last. */
    Queue<AmqpMessage> questions() {
        var came = new ConcurrentLinkedQueue<AmqpMessage>();
        for (AmqpMessage next = questions.poll(); next != null; next = questions.poll()) {
            came.add(next);
        }
        return came;
    }

    @Override
    public void close() throws Exception {
        client.close().toCompletionStage().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
}
