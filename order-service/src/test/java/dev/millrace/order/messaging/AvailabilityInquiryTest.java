package dev.millrace.order.messaging;

import static dev.millrace.order.Requests.CUP;
import static dev.millrace.order.Requests.body;
import static dev.millrace.order.Requests.post;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.application.PlaceOrderCommand;
import dev.millrace.order.application.StockHints;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.amqp.AmqpMessage;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What inventory-service says beforehand, and what becomes of orders when it says nothing. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class AvailabilityInquiryTest {

    /** The breaker's pause, and time for a busy machine. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String QUESTIONS = "millrace.availability.questions";

    @Inject
    Vertx vertx;

    @Inject
    MeterRegistry meters;

    @Inject
    StockHints stockHints;

    @Inject
    TransactionManager transactions;

    @ConfigProperty(name = "BROKER_AMQP_PORT")
    int port;

    private InventoryPeer inventory;

    @BeforeEach
    void answersCome() throws Exception {
        inventory = new InventoryPeer(vertx, port);
        awaitHint("available", 1);
        // Also when another test, or a slow start, has left it open: after that it takes some answers.
        awaitClosedBreaker();
        inventory.questions();
    }

    @AfterEach
    void inventoryGoes() throws Exception {
        inventory.close();
    }

    @Test
    void whatInventorySaysStandsInTheAnswer() {
        awaitHint("short", InventoryPeer.STOCK + 1);
        awaitHint("available", InventoryPeer.STOCK);

        AmqpMessage question = inventory.questions().element();
        assertEquals(new JsonArray("[{\"sku\":\"test-cup\",\"quantity\":11}]"), InventoryPeer.lines(question));
        assertTrue(question.replyTo().startsWith("$temporary-"), question.replyTo());
        assertEquals(question.id(), question.correlationId());
        assertTrue(outcomes("short") >= 1 && outcomes("available") >= 1);
    }

    @Test
    void withoutAnswersOrdersAreTakenAndNobodyIsAskedUntilThereIsOneAgain() {
        inventory.fallSilent();
        double late = outcomes("late");

        await("the breaker opens").atMost(LIMIT).until(() -> {
            assertEquals("unknown", placed(1).header("Stock-Hint"));
            return breaker("open") == 1;
        });
        await("a question that nobody answered counts as late").atMost(LIMIT).until(() -> outcomes("late") > late);

        inventory.questions();
        double notAsked = outcomes("not-asked");
        placed(1);
        await().atMost(LIMIT).until(() -> outcomes("not-asked") == notAsked + 1);
        assertEquals(0, inventory.questions().size());

        inventory.answerAgain();
        awaitHint("available", 1);
        awaitClosedBreaker();
        assertEquals(0, breaker("open"));
    }

    /** A transaction with a second thread in it when it ends cannot be committed, and the order would fail. */
    @Test
    void whatComesOfAQuestionIsNotPartOfTheOrdersTransaction() {
        inventory.fallSilent();
        var status = new CompletableFuture<Integer>();
        meters.find(QUESTIONS).tag("outcome", "late").meters().forEach(meters::remove);
        meters.config().onMeterAdded(meter -> {
            if (meter.getId().getName().equals(QUESTIONS)
                    && "late".equals(meter.getId().getTag("outcome"))) {
                status.complete(statusHere());
            }
        });

        QuarkusTransaction.requiringNew().run(() -> {
            stockHints.ask(List.of(new PlaceOrderCommand.Line(CUP, 1)));
            assertEquals(
                    Status.STATUS_NO_TRANSACTION,
                    status.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
        });
    }

    private int statusHere() {
        try {
            return transactions.getStatus();
        } catch (SystemException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitClosedBreaker() {
        await("the breaker closes").atMost(LIMIT).until(() -> {
            placed(1);
            return breaker("closed") == 1;
        });
    }

    private void awaitHint(String hint, int quantity) {
        await("the answer's Stock-Hint is " + hint)
                .atMost(LIMIT)
                .until(() -> placed(quantity).header("Stock-Hint").equals(hint));
    }

    private static Response placed(int quantity) {
        Response answer = post(UUID.randomUUID().toString(), body(CUP, quantity));
        assertEquals(201, answer.statusCode(), answer::asString);
        return answer;
    }

    private double outcomes(String outcome) {
        return meters.find(QUESTIONS).tag("outcome", outcome).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private double breaker(String state) {
        return meters.get("millrace.availability.breaker")
                .tag("state", state)
                .gauge()
                .value();
    }
}
