package dev.millrace.e2e.clients;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever one client sends another one reads as it was: every type of AMQP, every section. */
@EndToEndTest
class ContentTest {
    private final Millrace system;

    ContentTest(Millrace system) {
        this.system = system;
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(ClientKind.values())
                .flatMap(sender -> Arrays.stream(ClientKind.values()).map(receiver -> Arguments.of(sender, receiver)));
    }

    @ParameterizedTest(name = "from {0} to {1}")
    @MethodSource("pairs")
    void everyMessageComesAsItWasSent(ClientKind sender, ClientKind receiver) {
        List<Samples.Sample> samples = Samples.between(sender, receiver);
        assertTrue(samples.size() >= 5, "hardly anything to say: " + samples);
        String queue = "clients-" + UUID.randomUUID();
        try (Client from = sender.connect(system.amqpEndpoint());
                Client to = receiver.connect(system.amqpEndpoint())) {
            from.openSender("out", queue);
            assertEquals(queue, to.openReceiver("in", queue, samples.size()));
            assertAll(samples.stream().map(sample -> comesAsItWasSent(sample, from, to, receiver)));
            assertEquals(0, to.drain("in"), "nothing comes twice");
        }
        await().until(() -> new BrokerView(system).depth(queue) == 0);
    }

    private static Executable comesAsItWasSent(Samples.Sample sample, Client from, Client to, ClientKind receiver) {
        return () -> {
            try {
                byte[] encoded = from.send("out", sample.note());
                Client.Received received = to.receive("in", 1).getFirst();
                to.settle("in", List.of(received.id()), Client.Settlement.ACCEPTED);
                Likeness.check(sample.note(), encoded, received, receiver);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(sample + ": " + e.getMessage(), e);
            }
        };
    }
}
