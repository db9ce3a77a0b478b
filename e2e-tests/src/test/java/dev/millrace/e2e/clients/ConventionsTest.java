package dev.millrace.e2e.clients;

import static dev.millrace.e2e.clients.Client.Settlement.ACCEPTED;
import static dev.millrace.e2e.clients.Client.Settlement.FAILED;
import static dev.millrace.e2e.clients.Client.Settlement.REJECTED;
import static dev.millrace.e2e.clients.Client.Settlement.RELEASED;
import static dev.millrace.e2e.clients.Client.Settlement.UNDELIVERABLE;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What AMQP clients do beside sending and receiving, with each of them. */
@EndToEndTest
class ConventionsTest {
    private final Millrace system;
    private final BrokerView broker;
    private final String queue = "clients-" + UUID.randomUUID();

    ConventionsTest(Millrace system) {
        this.system = system;
        this.broker = new BrokerView(system);
    }

    static Stream<ClientKind> transactional() {
        return Arrays.stream(ClientKind.values()).filter(ClientKind::hasTransactions);
    }

    @ParameterizedTest
    @EnumSource
    void eachOutcomeDoesWhatItSays(ClientKind kind) {
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openSender("out", queue);
            client.openReceiver("in", queue, 10);
            client.send("out", Samples.text("returns", null));
            settle(client, "returns", 0, RELEASED);
            settle(client, "returns", 0, FAILED);
            settle(client, "returns", 1, ACCEPTED);
            client.send("out", Samples.text("impossible", null));
            settle(client, "impossible", 0, UNDELIVERABLE);
            client.send("out", Samples.text("bad", null));
            settle(client, "bad", 0, REJECTED);
            assertEquals(0, client.drain("in"));
        }
        await().until(() -> broker.depth(queue) == 0);
        try (AmqpClient witness = system.amqp()) {
            var deadLetters = witness.receiver(queue + "/$deadletterqueue", 2);
            AmqpDelivery impossible = deadLetters.next();
            assertEquals("undeliverable", impossible.annotation("DeadLetterReason"));
            impossible.accept();
            AmqpDelivery bad = deadLetters.next();
            assertEquals("rejected", bad.annotation("DeadLetterReason"));
            if (kind != ClientKind.JMS) { // whose users cannot say why
                assertEquals(
                        "test:rejected: rejected on purpose",
                        bad.annotation("DeadLetterErrorDescription").toString());
            }
            bad.accept();
        }
    }

    private static void settle(Client client, String text, int failures, Client.Settlement outcome) {
        Client.Received received = client.receive("in", 1).getFirst();
        assertEquals(text, received.text());
        assertEquals(failures, received.deliveryCount(), "delivery-count before " + outcome);
        client.settle("in", List.of(received.id()), outcome);
    }

    @ParameterizedTest
    @EnumSource
    void rangesAndGapsSettleExactlyWhatTheyName(ClientKind kind) {
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openSender("out", queue);
            client.openReceiver("in", queue, 10);
            for (int i = 0; i < 10; i++) {
                client.send("out", Samples.text("message " + i, null));
            }
            assertEquals(
                    IntStream.range(0, 10).boxed().toList(),
                    client.receive("in", 10).stream().map(Client.Received::id).toList());
            client.settle("in", List.of(0, 1, 2, 3), ACCEPTED);
            client.settle("in", List.of(9, 8), ACCEPTED);
            client.settle("in", List.of(5), ACCEPTED);
            assertEquals(0, client.drain("in"));
        }
        // Those that were not settled come back, as failed attempts.
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openReceiver("in", queue, 10);
            List<Client.Received> rest = client.receive("in", 3);
            assertEquals(
                    Set.of("message 4", "message 6", "message 7"),
                    rest.stream().map(Client.Received::text).collect(Collectors.toSet()));
            rest.forEach(received -> assertEquals(1, received.deliveryCount(), received.text()));
            client.settle("in", rest.stream().map(Client.Received::id).toList(), ACCEPTED);
        }
        await().until(() -> broker.depth(queue) == 0);
    }

    @ParameterizedTest
    @EnumSource
    void drainEndsWithWhatIsThereAndTakesTheCreditBack(ClientKind kind) {
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openSender("out", queue);
            client.openReceiver("in", queue, 10);
            assertEquals(0, client.drain("in"), "nothing is there");
            client.addCredit("in", 10);
            for (int i = 0; i < 3; i++) {
                client.send("out", Samples.text("message " + i, null));
            }
            assertEquals(3, client.drain("in"));
            List<Client.Received> received = client.receive("in", 3);
            client.send("out", Samples.text("late", null));
            assertEquals(3, broker.inFlight(queue), "nothing goes out without credit");
            client.addCredit("in", 1);
            assertEquals("late", client.receive("in", 1).getFirst().text());
            client.settle("in", received.stream().map(Client.Received::id).toList(), ACCEPTED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnonymousLinkSendsWhereEachMessageSays(ClientKind kind) {
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openSender("out", null);
            client.send("out", Samples.text("first", queue + "-1"));
            client.send("out", Samples.text("second", queue + "-2"));
            client.send("out", Samples.text("third", queue + "-1"));
            client.openReceiver("one", queue + "-1", 10);
            client.openReceiver("two", queue + "-2", 10);
            assertEquals(
                    List.of("first", "third"),
                    client.receive("one", 2).stream().map(Client.Received::text).toList());
            assertEquals("second", client.receive("two", 1).getFirst().text());
        }
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> pairs() {
        return ContentTest.pairs();
    }

    @ParameterizedTest(name = "{0} asks {1}")
    @MethodSource("pairs")
    void anAnswerComesToANodeThatTheBrokerMadeAndThatGoesWithItsReader(ClientKind asking, ClientKind answering) {
        try (Client asker = asking.connect(system.amqpEndpoint());
                Client answerer = answering.connect(system.amqpEndpoint())) {
            answerer.openReceiver("questions", queue, 10);
            answerer.openSender("answers", null);
            asker.openSender("questions", queue);
            String answers = asker.openReceiver("answers", null, 10);
            ObjectNode question = Samples.text("how much?", null);
            question.putObject("properties").set("reply-to", Notation.of("string", answers));
            asker.send("questions", question);
            Client.Received asked = answerer.receive("questions", 1).getFirst();
            assertEquals("how much?", asked.text());
            String replyTo = asked.message().at("/properties/reply-to/1").asText();
            assertEquals(answers, replyTo);
            answerer.send("answers", Samples.text("7", replyTo));
            answerer.settle("questions", List.of(asked.id()), ACCEPTED);
            assertEquals("7", asker.receive("answers", 1).getFirst().text());
            asker.end("answers");
            var late = assertThrows(
                    IllegalStateException.class, () -> answerer.send("answers", Samples.text("8", replyTo)));
            assertTrue(late.getMessage().contains("not-found"), late.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("transactional")
    void whatATransactionSendsAndTakesIsSeenTogetherOrNotAtAll(ClientKind kind) {
        String done = queue + "-done";
        try (Client client = kind.connect(system.amqpEndpoint())) {
            client.openSender("plain", queue);
            client.send("plain", Samples.text("order", null));
            client.begin();
            client.openSender("out", done);
            client.openReceiver("in", queue, 10);
            work(client, 0);
            assertEquals(0, broker.depth(done), "nothing is seen before the end");
            assertEquals(1, broker.depth(queue), "nothing is taken before the end");
            client.rollback();
            assertEquals(0, broker.depth(done));
            client.begin();
            work(client, 1);
            client.commit();
            assertEquals(2, broker.depth(done));
            assertEquals(0, broker.depth(queue));
        }
    }

    private static void work(Client client, int failures) {
        Client.Received order = client.receive("in", 1).getFirst();
        assertEquals(failures, order.deliveryCount());
        client.send("out", Samples.text("step 1", null));
        client.send("out", Samples.text("step 2", null));
        client.settle("in", List.of(order.id()), ACCEPTED);
    }
}
