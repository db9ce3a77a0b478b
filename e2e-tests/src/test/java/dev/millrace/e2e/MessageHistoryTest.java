package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What happened to a message can be asked when it is long gone, and the broker was killed meanwhile. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 12)
class MessageHistoryTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Millrace system;
    private final String queue = "e2e-history-" + UUID.randomUUID();

    MessageHistoryTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    private List<JsonNode> history(String id) {
        var items = new ArrayList<JsonNode>();
        system.http(Part.BROKER)
                .get("/api/messages/" + id + "/history")
                .expect(200)
                .body()
                .path("items")
                .forEach(items::add);
        return items;
    }

    private List<String> events(String id) {
        return history(id).stream().map(item -> item.path("event").asText()).toList();
    }

    @Test
    void theLifeOfAMessageOutlivesItAndAKilledBroker() {
        system.requireFaults();
        String good = UUID.randomUUID().toString();
        String bad = UUID.randomUUID().toString();
        try (var amqp = system.amqp()) {
            AmqpReceiver receiver = amqp.receiver(queue, 1);
            amqp.sender(queue).sendAccepted(Messages.of(good, "x"));
            receiver.next().fail();
            AmqpDelivery again = receiver.next();
            assertEquals(good, again.id());
            again.accept();
            amqp.sender(queue).sendAccepted(Messages.of(bad, "x"));
            receiver.next().reject("no-such-thing", "there is no such thing");
            await().atMost(LIMIT).until(() -> events(bad).contains("dead-lettered"));
        }
        List<JsonNode> before = history(good);
        assertEquals(List.of("stored", "delivered", "failed", "delivered", "settled"), events(good));
        assertEquals(List.of("stored", "delivered", "dead-lettered"), events(bad));
        assertEquals("rejected", history(bad).getLast().path("reason").asText());

        system.kill(Part.BROKER);
        system.start(Part.BROKER);

        assertEquals(before, history(good));
        assertEquals(List.of("stored", "delivered", "dead-lettered"), events(bad));
    }
}
