package dev.millrace.e2e.torture;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.e2e.Seed;
import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.AmqpEndpoint;
import dev.millrace.stack.BrokerProcess;
import dev.millrace.stack.process.LineSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * SIGKILL for the real broker at random moments of replays: each selected dead letter comes back to the subscription
 * that gave up on it, once, and to no other; each that was not selected stays. {@code -DE2E_REPLAY_CYCLES=…} for more
 * cycles, which {@code ./millrace torture --replay} sets.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // each wait in it has its own limit
class ReplayTortureTest {
    private static final int CYCLES = Integer.getInteger("E2E_REPLAY_CYCLES", 5);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofMillis(200);
    private static final int MESSAGES = 400;
    private static final int KEYS = 20;
    private static final int PER_SECOND = 1_000;
    private static final String TOPIC = "torture";
    private static final String SOURCE = "torture::failing";
    private static final String BYSTANDER = "torture::bystander";

    private static final Map<String, String> SMALL_FILES = Map.of(
            "BROKER_LOG_SEGMENT_BYTES", "1048576",
            "BROKER_LOG_SNAPSHOT_BYTES", "2097152",
            "BROKER_MAX_MESSAGE_BYTES", "65536");

    private BrokerProcess broker;
    private AmqpEndpoint endpoint;
    private HttpJson http;

    @Test
    void eachSelectedDeadLetterComesBackOnceToTheOneThatGaveUpOnIt() throws Exception {
        Seed seed = Seed.next();
        SplittableRandom random = seed.random();
        try (var running = BrokerProcess.temporary(SMALL_FILES, LineSink.NOWHERE)) {
            broker = running;
            endpoint = new AmqpEndpoint(broker.host(), broker.amqpPort(), null, null);
            http = new HttpJson(broker.baseUrl());
            declare();
            publish();
            assertEquals(MESSAGES, receive(BYSTANDER, MESSAGES, false).size(), seed.toString());
            assertEquals(MESSAGES, receive(SOURCE, MESSAGES, true).size(), seed.toString());
            awaitDeadLetters(MESSAGES);

            int killed = 0;
            for (int cycle = 1; cycle <= CYCLES; cycle++) {
                TreeSet<String> selected = select(random);
                killed += replayAndKill(cycle, selected, random) ? 1 : 0;
                String why = "cycle " + cycle + ", " + seed;

                assertEquals(MESSAGES - selected.size(), deadLetters(), why);
                // Rejected again, they are the dead letters of the next cycle.
                Map<String, Integer> back = receive(SOURCE, selected.size(), true);
                assertEquals(selected, back.keySet(), why);
                assertEquals(Map.of(), doubled(back), why);
                assertEquals(Map.of(), receive(BYSTANDER, 0, false), why);
                awaitDeadLetters(MESSAGES);
            }
            System.out.printf(
                    "%d replays, killed in the middle of %d of them; %d messages in %d keys; %s%n",
                    CYCLES, killed, MESSAGES, KEYS, seed);
        }
    }

    private void declare() {
        for (String path : List.of(
                "/api/topics/" + TOPIC,
                "/api/topics/" + TOPIC + "/subscriptions/failing",
                "/api/topics/" + TOPIC + "/subscriptions/bystander")) {
            http.send("PUT", path, HttpJson.JSON.createObjectNode()).expect(201);
        }
    }

    private void publish() {
        try (var amqp = AmqpClient.connect(endpoint)) {
            AmqpSender sender = amqp.sender(TOPIC);
            IntStream.range(0, MESSAGES)
                    .forEach(i -> sender.sendAccepted(Messages.of("m" + i, "k" + i % KEYS, "body")));
        }
    }

    private static TreeSet<String> select(SplittableRandom random) {
        return IntStream.range(0, MESSAGES)
                .filter(i -> random.nextInt(3) > 0)
                .mapToObj(i -> "m" + i)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Answers whether the kill came before the replay had ended. */
    private boolean replayAndKill(int cycle, TreeSet<String> selected, SplittableRandom random) {
        var request = HttpJson.JSON.createObjectNode();
        var ids = request.putObject("select").putArray("ids");
        browse().forEach((messageId, id) -> {
            if (selected.contains(messageId)) {
                ids.add(id);
            }
        });
        request.put("ratePerSecond", PER_SECOND).put("idempotencyKey", "cycle-" + cycle);
        String path = "/api/dead-letters/" + SOURCE + "/replays";
        String job = "/api/replays/"
                + http.send("POST", path, request).expect(202).body().path("id").asText();
        int enough = random.nextInt(selected.size());
        await("the replay begins")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> http.get(job).expect(200).body().path("replayed").asInt() >= enough);
        boolean inTheMiddle =
                http.get(job).expect(200).body().path("state").asText().equals("RUNNING");
        broker.kill();
        broker.start();
        Answer again = http.send("POST", path, request).expect(202);
        assertEquals(job, "/api/replays/" + again.body().path("id").asText(), "the same key, the same replay");
        await("the replay goes on and ends")
                .atMost(LIMIT)
                .until(() ->
                        !http.get(job).expect(200).body().path("state").asText().equals("RUNNING"));
        JsonNode end = http.get(job).expect(200).body();
        assertEquals("COMPLETED", end.path("state").asText(), end.toString());
        assertEquals(selected.size(), end.path("replayed").asInt(), end.toString());
        return inTheMiddle;
    }

    /** The broker's ids of the dead letters, by message-id. */
    private Map<String, String> browse() {
        Map<String, String> ids = new HashMap<>();
        for (JsonNode item : http.get("/api/dead-letters/" + SOURCE + "/messages?limit=1000")
                .expect(200)
                .body()
                .path("items")) {
            ids.put(item.path("messageId").asText(), item.path("id").asText());
        }
        return ids;
    }

    private int deadLetters() {
        return browse().size();
    }

    private void awaitDeadLetters(int count) {
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(count, deadLetters(), "dead letters"));
    }

    /** What comes, and how often; ends when nothing more comes than expected. */
    private Map<String, Integer> receive(String address, int expected, boolean reject) {
        Map<String, Integer> received = new TreeMap<>();
        try (var amqp = AmqpClient.connect(endpoint)) {
            AmqpReceiver receiver = amqp.receiver(address, 100);
            int count = 0;
            while (true) {
                Optional<AmqpDelivery> next = receiver.poll(count < expected ? LIMIT : QUIET);
                if (next.isEmpty()) {
                    return received;
                }
                received.merge(next.get().id(), 1, Integer::sum);
                count++;
                if (reject) {
                    next.get().reject("amqp:internal-error", "on purpose");
                } else {
                    next.get().accept();
                }
            }
        }
    }

    private static Map<String, Integer> doubled(Map<String, Integer> received) {
        Map<String, Integer> doubled = new TreeMap<>(received);
        doubled.values().removeIf(times -> times == 1);
        return doubled;
    }
}
