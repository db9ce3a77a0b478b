package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** PostgreSQL is killed, several times, under services that are being asked. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 30)
class DatabaseDownTest {
    private static final int KILLS = 3;
    private static final int CLIENTS = 8;

    private final Millrace system;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();

    DatabaseDownTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.awaitReady();
    }

    @Test
    void whoAsksMeanwhileIsToldToComeAgainAndNobodyIsShownAnError() throws Exception {
        system.requireFaults();
        String sku = system.inventory().newProduct("1.00", 1_000_000);
        HttpJson orders = system.http(Part.ORDER);
        HttpJson inventory = system.http(Part.INVENTORY);
        HttpJson notifications = system.http(Part.NOTIFICATION);
        List<Supplier<Answer>> questions = List.of(
                () -> orders.getOnce("/orders?limit=5"),
                () -> inventory.getOnce("/products/" + sku),
                () -> inventory.send(
                        "POST",
                        "/products/" + sku + "/stock",
                        HttpJson.JSON.createObjectNode().put("delta", 1)),
                () -> notifications.getOnce("/notifications?orderId=" + UUID.randomUUID()),
                () -> system.orders()
                        .place(
                                UUID.randomUUID().toString(),
                                OrderRequest.byNewCustomer().line(sku, 1)));
        var over = new AtomicBoolean();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (int client = 0; client < CLIENTS; client++) {
                questions.forEach(question -> all.add(clients.submit(() -> {
                    while (!over.get()) {
                        answers.add(question.get());
                    }
                })));
            }
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitAnswers(200, 100);
                    system.kill(Part.POSTGRES);
                    awaitAnswers(503, CLIENTS);
                    system.start(Part.POSTGRES);
                }
                awaitAnswers(200, 100);
            } finally {
                over.set(true);
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        var wrong = answers.stream()
                .filter(answer -> !List.of(200, 201, 429, 503).contains(answer.status()))
                .map(answer -> answer.request() + ": " + answer)
                .distinct()
                .toList();
        assertEquals(List.of(), wrong);
        answers.stream().filter(answer -> answer.status() == 503).forEach(answer -> {
            Problems.assertProblem(503, answer);
            assertTrue(answer.header("Retry-After").isPresent(), () -> answer.request() + " says no time to come back");
        });
    }

    /** Waits for so many more with this status. */
    private void awaitAnswers(int status, long count) {
        long before = count(status);
        await(count + " more answers with " + status + "; so far " + counts())
                .atMost(Duration.ofSeconds(60))
                .until(() -> count(status) >= before + count);
    }

    private long count(int status) {
        return answers.stream().filter(answer -> answer.status() == status).count();
    }

    private Map<Integer, Long> counts() {
        return answers.stream().collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
    }
}
