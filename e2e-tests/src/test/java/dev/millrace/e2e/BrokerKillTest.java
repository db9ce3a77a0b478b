package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.AmqpDelivery;
import dev.millrace.e2e.client.AmqpReceiver;
import dev.millrace.e2e.client.AmqpSender;
import dev.millrace.e2e.client.Messages;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** {@code accepted} means on disk: SIGKILL at a random moment while messages are sent, then a look at what is there. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 10)
class BrokerKillTest {
    private static final int CYCLES = 3;
    private static final int MESSAGES = 600;

    private final Millrace system;

    BrokerKillTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @Test
    void whatWasAcceptedIsThereAfterAKillAndWhatWasSettledIsNot() throws InterruptedException {
        system.requireFaults();
        Seed seed = Seed.next();
        SplittableRandom random = seed.random();
        String queue = "e2e-kill-" + UUID.randomUUID();
        Set<String> settled = new HashSet<>();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            int killAfter = random.nextInt(1, MESSAGES);
            String where = "cycle %d, killed after %d outcomes, %s".formatted(cycle, killAfter, seed);
            Set<String> accepted = sendAndKill(queue, cycle, killAfter);
            system.start(Part.BROKER);
            List<String> found = drain(queue);
            assertNothingLost(accepted, found, where);
            assertEquals(found.size(), new HashSet<>(found).size(), () -> "messages delivered twice; " + where);
            assertTrue(found.stream().noneMatch(settled::contains), () -> "a settled message came back; " + where);
            settled.addAll(found);
        }
    }

    /** Sends all, kills the broker when so many outcomes are known, and returns what was accepted. */
    private Set<String> sendAndKill(String queue, int cycle, int killAfter) throws InterruptedException {
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        var moment = new CountDownLatch(killAfter);
        try (var amqp = system.amqp()) {
            AmqpSender sender = amqp.sender(queue);
            var outcomes = new ArrayList<CompletableFuture<?>>();
            for (int i = 0; i < MESSAGES; i++) {
                String id = "cycle-%d-message-%d".formatted(cycle, i);
                outcomes.add(sender.send(Messages.of(id, "x".repeat(1_024))).handle((outcome, lost) -> {
                    if (outcome instanceof Accepted) {
                        accepted.add(id);
                        moment.countDown();
                    }
                    return null;
                }));
            }
            assertTrue(moment.await(30, TimeUnit.SECONDS), "only " + accepted.size() + " messages were accepted");
            system.kill(Part.BROKER);
            CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).join();
        }
        return accepted;
    }

    private List<String> drain(String queue) {
        try (var amqp = system.amqp()) {
            AmqpReceiver receiver = amqp.receiver(queue, 100);
            List<String> found = receiver.acceptUntilQuiet(Duration.ofSeconds(2)).stream()
                    .map(AmqpDelivery::id)
                    .toList();
            // Synced after the settlements before it, so they are on disk too when this is accepted.
            String last = "last-" + UUID.randomUUID();
            amqp.sender(queue).sendAccepted(Messages.of(last, "end of cycle"));
            AmqpDelivery end = receiver.next();
            assertEquals(last, end.id());
            end.accept();
            return found;
        }
    }

    private static void assertNothingLost(Set<String> accepted, List<String> found, String where) {
        var lost = new TreeSet<>(accepted);
        found.forEach(lost::remove);
        assertTrue(lost.isEmpty(), () -> "%d of %d accepted messages are lost: %s; %s"
                .formatted(lost.size(), accepted.size(), lost, where));
    }
}
