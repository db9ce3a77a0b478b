package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** More orders than the system can take: it says so, and keeps its word to those that it took. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 30)
class OverloadTest {
    private static final Duration FLOOD = Duration.ofSeconds(12);
    /** More than one instance lets in at once, however fast it is. */
    private static final int CUSTOMERS = 256;

    private static final long UNITS = 1_000_000;

    private final Millrace system;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final OrderLedger ledger = new OrderLedger();
    private final AtomicInteger next = new AtomicInteger();

    OverloadTest(Millrace system) {
        this.system = system;
    }

    @Test
    void everyOrderIsTakenAndSettledOrSentAwayWithATimeToComeBackAndReadsGoOn() throws Exception {
        Seed seed = Seed.next();
        String sku = system.inventory().newProduct("1.00", UNITS);
        String run = "flood-" + UUID.randomUUID();
        Instant end = Instant.now().plus(FLOOD);
        int reads = 0;
        var memory = new Memory(system);
        try (var customers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < CUSTOMERS; i++) {
                all.add(customers.submit(() -> flood(sku, run, end)));
            }
            while (Instant.now().isBefore(end)) {
                system.http(Part.ORDER).getOnce("/orders?limit=10").expect(200);
                reads++;
                memory.look();
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertTrue(reads > 2, reads + " reads in " + FLOOD);
        var byStatus = new TreeMap<Integer, Integer>();
        answers.forEach(answer -> byStatus.merge(answer.status(), 1, Integer::sum));
        System.out.println(byStatus + " and " + reads + " reads in " + FLOOD.toSeconds() + " s");
        assertEquals(Set.of(201, 429), byStatus.keySet(), byStatus::toString);
        answers.stream().filter(answer -> answer.status() == 429).forEach(OverloadTest::checkRefusal);
        memory.check();
        new Reconciliation(system, seed, ledger, run).checkWithoutMails(sku, UNITS);
    }

    private void flood(String sku, String run, Instant end) {
        while (Instant.now().isBefore(end)) {
            var request = OrderRequest.by("%d-%s@example.org".formatted(next.incrementAndGet(), run))
                    .line(sku, 1);
            Answer answer = system.orders().place(UUID.randomUUID().toString(), request);
            answers.add(answer);
            if (answer.status() == 201) {
                ledger.accepted(new OrderLedger.Entry(answer.body().path("id").asText(), 1, request.email()));
            }
        }
    }

    private static void checkRefusal(Answer refusal) {
        int seconds = Integer.parseInt(refusal.header("Retry-After").orElse("0"));
        assertTrue(seconds >= 1 && seconds <= 60, "Retry-After: " + seconds);
        Problems.assertProblem(429, refusal);
    }
}
