package dev.millrace.inventory.messaging;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.inventory.InventoryStack;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.amqp.AmqpClient;
import io.vertx.amqp.AmqpClientOptions;
import io.vertx.amqp.AmqpConnection;
import io.vertx.amqp.AmqpMessage;
import io.vertx.amqp.AmqpReceiver;
import io.vertx.amqp.AmqpSender;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Questions over the real broker; this test is the one who asks. */
@QuarkusTest
@QuarkusTestResource(InventoryStack.class)
class AvailabilityRepliesTest {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Inject
    Vertx vertx;

    @Inject
    MeterRegistry meters;

    @ConfigProperty(name = "BROKER_AMQP_PORT")
    int port;

    private AmqpClient client;
    private AmqpReceiver receiver;
    private AmqpSender sender;
    /** By correlation-id. */
    private final Map<String, AmqpMessage> replies = new ConcurrentHashMap<>();

    @BeforeEach
    void connect() throws Exception {
        client = AmqpClient.create(
                vertx, new AmqpClientOptions().setHost("127.0.0.1").setPort(port));
        AmqpConnection connection = done(client.connect());
        receiver = done(connection.createDynamicReceiver());
        receiver.handler(reply -> replies.put(reply.correlationId(), reply));
        sender = done(connection.createSender(AvailabilityReplies.QUEUE));
    }

    @AfterEach
    void disconnect() throws Exception {
        done(client.close());
    }

    @Test
    void itSaysWhetherThereIsEnoughForAllLines() throws Exception {
        product("ask-cup", 5);
        product("ask-tea", 2);

        assertTrue(answer(ask(line("ask-cup", 5), line("ask-tea", 2))));
        assertFalse(answer(ask(line("ask-cup", 5), line("ask-tea", 3))));
        assertFalse(answer(ask(line("ask-cup", 3), line("ask-cup", 3))), "lines of one product add up");
        assertFalse(answer(ask(line("ask-nothing-known", 1))));
    }

    @Test
    void whatCannotBeReadHoldsUpNobody() throws Exception {
        product("ask-pot", 1);
        double failed = answers("failed");
        for (String rubbish : new String[] {"", "{", "[]", "{}", "{\"lines\":[1]}", "{\"lines\":[{\"sku\":\"a\"}]}"}) {
            send(rubbish, System.currentTimeMillis());
        }

        assertTrue(answer(ask(line("ask-pot", 1))));
        await().atMost(LIMIT).until(() -> answers("failed") == failed + 6);
        assertEquals(1, replies.size());
    }

    @Test
    void aQuestionThatWaitedForTooLongIsLeftAlone() throws Exception {
        product("ask-jug", 1);
        double none = answers("none");
        send("{\"lines\":[" + line("ask-jug", 1) + "]}", System.currentTimeMillis() - 5_000);

        await().atMost(LIMIT).until(() -> answers("none") == none + 1);
        assertTrue(answer(ask(line("ask-jug", 1))));
        assertEquals(1, replies.size());
    }

    private static String line(String sku, int quantity) {
        return "{\"sku\":\"%s\",\"quantity\":%d}".formatted(sku, quantity);
    }

    /** Returns its correlation-id. */
    private String ask(String... lines) throws Exception {
        return send("{\"lines\":[" + String.join(",", lines) + "]}", System.currentTimeMillis());
    }

    private String send(String body, long createdMillis) throws Exception {
        String id = UUID.randomUUID().toString();
        done(sender.sendWithAck(AmqpMessage.create()
                .correlationId(id)
                .replyTo(receiver.address())
                .creationTime(createdMillis)
                .withBufferAsBody(Buffer.buffer(body))
                .build()));
        return id;
    }

    private boolean answer(String correlationId) {
        await("an answer").atMost(LIMIT).until(() -> replies.containsKey(correlationId));
        return new JsonObject(replies.get(correlationId).bodyAsBinary()).getBoolean("available");
    }

    private double answers(String answer) {
        return meters.find("inventory.availability.questions").tag("answer", answer).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private static void product(String sku, long onHand) {
        given().contentType("application/json")
                .body("{\"name\":\"A product\",\"unitPrice\":\"1.00\",\"currency\":\"EUR\",\"onHand\":" + onHand + "}")
                .put("/products/{sku}", sku)
                .then()
                .statusCode(201);
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
