package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.Answer;
import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** order-service asks inventory-service before it accepts an order, and accepts it without an answer, too. */
@EndToEndTest
@Order(Integer.MAX_VALUE - 35)
class AvailabilityTest {
    /** What an order would wait for if it waited for an answer that does not come. */
    private static final Duration QUESTION = Duration.ofMillis(250);

    /** Between two orders, so that none is refused for the many before it. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int UNITS = 900;
    private static final String BREAKER = "millrace_availability_breaker{state=\"%s\"}";

    private final Millrace system;
    private String sku;

    AvailabilityTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.requireFaults();
        system.start(Part.INVENTORY);
        system.awaitReady();
    }

    @Test
    void whileInventoryIsDownOrdersAreTakenAtOnceAndNobodyIsAskedUntilItIsBack() {
        system.requireFaults();
        sku = system.inventory().newProduct("1.00", UNITS);
        awaitHint("available", 1);
        awaitHint("short", UNITS + 1);
        awaitClosed();

        system.stop(Part.INVENTORY);
        var fastest = new long[] {Long.MAX_VALUE};
        await("the breaker opens").pollInterval(PAUSE).until(() -> {
            long before = System.nanoTime();
            assertEquals("unknown", hint(placed(1)));
            fastest[0] = Math.min(fastest[0], System.nanoTime() - before);
            return breaker("open") == 1;
        });
        assertTrue(fastest[0] < QUESTION.toNanos(), () -> "every order took longer than %d ms: the fastest %d ms"
                .formatted(QUESTION.toMillis(), fastest[0] / 1_000_000));
        double notAsked = questions("not-asked");
        await("nobody is asked").pollInterval(PAUSE).until(() -> {
            assertEquals("unknown", hint(placed(1)));
            return questions("not-asked") > notAsked;
        });

        system.start(Part.INVENTORY);
        awaitClosed();
        awaitHint("available", 1);
        assertEquals(0, breaker("open"));
        String last = placed(1).body().path("id").asText();
        system.orders().awaitStatus(last, "CONFIRMED");
    }

    /** It looks only when there are orders. */
    private void awaitClosed() {
        await("the breaker closes").pollInterval(PAUSE).until(() -> {
            placed(1);
            return breaker("closed") == 1;
        });
    }

    private void awaitHint(String hint, int quantity) {
        await("the answer's Stock-Hint is " + hint).pollInterval(PAUSE).until(() -> hint(placed(quantity))
                .equals(hint));
    }

    private Answer placed(int quantity) {
        var request = OrderRequest.byNewCustomer().line(sku, quantity);
        return system.orders().place(UUID.randomUUID().toString(), request).expect(201);
    }

    private static String hint(Answer answer) {
        return answer.header("Stock-Hint").orElse("not told");
    }

    private double breaker(String state) {
        return metric(BREAKER.formatted(state));
    }

    private double questions(String outcome) {
        return metric("millrace_availability_questions_total{outcome=\"%s\"}".formatted(outcome));
    }

    /** 0 if it is not told. */
    private double metric(String series) {
        return system.http(Part.ORDER)
                .get("/q/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
