package dev.millrace.e2e.torture;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Seed;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.system.AmqpEndpoint;
import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.process.LineSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGKILL for the real broker, cycle after cycle, at random moments under two publishers and two consumers, on small
 * segments and with many snapshots, so that each kind of file work is under way at some kill. {@code -DE2E_CYCLES=…} for
 * more of them, which {@code ./millrace torture} sets.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // each wait in it has its own limit
class BrokerTortureTest {
    private static final int CYCLES = Integer.getInteger("E2E_CYCLES", 20);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String QUEUE = "torture";

    /** Messages accepted, and delivered, in a cycle before its kill, at most. */
    private static final int MOST_ACCEPTED = 4_000;

    private static final int MOST_DELIVERED = 2_000;

    private static final Map<String, String> SMALL_FILES = Map.of(
            "BROKER_LOG_SEGMENT_BYTES", "1048576",
            "BROKER_LOG_SNAPSHOT_BYTES", "2097152",
            "BROKER_MAX_MESSAGE_BYTES", "65536");

    private final Ledger ledger = new Ledger();

    @Test
    void nothingAcceptedIsLostNothingSettledComesBackAndOrderPerKeyHolds() throws Exception {
        Seed seed = Seed.next();
        SplittableRandom random = seed.random();
        // The broker goes first when this ends: nobody of the crew then waits for its answer.
        try (var crew = new Crew();
                var broker = BrokerProcess.temporary(SMALL_FILES, LineSink.NOWHERE)) {
            var endpoint = new AmqpEndpoint(broker.host(), broker.amqpPort(), null, null);
            List<Publisher> publishers = Stream.of("a", "b")
                    .map(name -> new Publisher(endpoint, QUEUE, ledger, name, random.split()))
                    .toList();
            List<Consumer> consumers = Stream.of("first-markers", "second-markers")
                    .map(markers -> new Consumer(endpoint, QUEUE, markers, ledger))
                    .toList();
            List<? extends Future<?>> publishing =
                    publishers.stream().map(crew::start).toList();
            List<? extends Future<?>> consuming =
                    consumers.stream().map(crew::start).toList();

            kill(broker, crew, random);

            publishers.forEach(Publisher::finish);
            for (Future<?> publisher : publishing) {
                publisher.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            await("every accepted message is delivered; " + seed).atMost(LIMIT).until(() -> {
                crew.requireWell();
                return ledger.missing().isEmpty();
            });
            consumers.forEach(Consumer::stop);
            for (Future<?> consumer : consuming) {
                consumer.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
            System.out.println(ledger.summary());
            assertEquals(List.of(), ledger.violations(), seed.toString());
            assertEquals(Set.of(), ledger.missing(), seed.toString());
            await("the queue is empty, says the broker").atMost(LIMIT).until(() -> depth(broker) == 0);
        }
    }

    private void kill(BrokerProcess broker, Crew crew, SplittableRandom random) {
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            long accepted = ledger.acceptedCount() + random.nextInt(1, MOST_ACCEPTED);
            long deliveries = ledger.deliveries() + random.nextInt(1, MOST_DELIVERED);
            await("cycle %d: %d accepted, %d deliveries".formatted(cycle, accepted, deliveries))
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        crew.requireWell();
                        return ledger.acceptedCount() >= accepted && ledger.deliveries() >= deliveries;
                    });
            broker.kill();
            broker.start();
            assertTrue(ledger.violations().isEmpty(), () -> ledger.violations().toString());
            if (cycle % 10 == 0 || cycle == CYCLES) {
                System.out.println("cycle " + cycle + ": " + ledger.summary());
            }
        }
    }

    private static long depth(BrokerProcess broker) {
        for (JsonNode destination : new HttpJson(broker.baseUrl())
                .get("/api/destinations")
                .expect(200)
                .body()
                .path("items")) {
            if (destination.path("name").asText().equals(QUEUE)) {
                return destination.path("depth").asLong();
            }
        }
        throw new AssertionError("the broker does not know the queue " + QUEUE);
    }
}
