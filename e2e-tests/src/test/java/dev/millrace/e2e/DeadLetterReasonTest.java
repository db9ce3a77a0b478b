package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a service says of a failure is with the dead letter: class and message, no secrets. */
@EndToEndTest
class DeadLetterReasonTest {
    private static final String DEAD_LETTERS = "orders::inventory/$deadletterqueue";

    /** A transient failure is tried again first, with pauses. */
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Millrace system;
    private final String sku;

    DeadLetterReasonTest(Millrace system) {
        this.system = system;
        this.sku = system.inventory().newProduct("3.00", 10);
        Assumptions.assumeTrue(system.inventory().hasFaults(), "this inventory-service runs without INVENTORY_FAULTS");
    }

    @AfterEach
    void mend() {
        system.inventory().mend(sku);
    }

    @Test
    void aPermanentFailureIsDeadLetteredAtOnceWithClassAndMessageWithoutSecrets() {
        system.inventory().fail(sku, "PERMANENT", "550 no such user ada@example.org, password=geheim");

        AmqpDelivery letter = deadLetter();

        assertEquals("rejected", letter.annotation("DeadLetterReason"));
        assertEquals(
                "millrace:permanent-failure: PermanentFailure: 550 no such user ***, password=***",
                letter.annotation("DeadLetterErrorDescription"));
        assertTrue(!letter.annotation("x-opt-deaths").toString().contains("geheim"));
    }

    @Test
    void aTransientFailureIsDeadLetteredWithTheReasonOfItsLastAttempt() {
        system.inventory().fail(sku, "TRANSIENT", "the door is stuck");
        // As configured it is tried for minutes, which outlasts short troubles of a real service.
        ObjectNode settings = (ObjectNode) settings(null).path("settings");
        settings(settings.deepCopy().put("maxDeliveryAttempts", 3));
        try {
            AmqpDelivery letter = deadLetter();

            assertEquals("attempts-exhausted", letter.annotation("DeadLetterReason"));
            assertEquals(
                    "millrace:transient-failure: TransientFailure: the door is stuck",
                    letter.annotation("DeadLetterErrorDescription"));
        } finally {
            settings(settings);
        }
    }

    /** Of the subscription; changes them if there are new ones. */
    private JsonNode settings(JsonNode changed) {
        var broker = system.http(Part.BROKER);
        String path = "/api/topics/orders/subscriptions/inventory";
        var answer = changed == null ? broker.get(path) : broker.send("PUT", path, changed);
        return answer.expect(200).body();
    }

    /** That of a new order, taken from where it waits. */
    private AmqpDelivery deadLetter() {
        String order = system.orders().placedId(OrderRequest.byNewCustomer().line(sku, 1));
        try (AmqpClient amqp = system.amqp()) {
            AmqpReceiver deadLetters = amqp.receiver(DEAD_LETTERS, 1);
            AmqpDelivery letter =
                    deadLetters.poll(LIMIT).orElseThrow(() -> new AssertionError("no dead letter within " + LIMIT));
            assertEquals(order, letter.message().getGroupId());
            letter.accept();
            deadLetters.close();
            return letter;
        }
    }
}
