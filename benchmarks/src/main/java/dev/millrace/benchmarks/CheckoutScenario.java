package dev.millrace.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.stack.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a customer waits for the confirmation of an order, at a fixed rate of orders (open loop: every latency counts
 * from the time for which its order was intended).
 */
@Command(
        name = "checkout",
        description = "Latency from POST /orders to CONFIRMED at a fixed rate of orders.",
        mixinStandardHelpOptions = true)
final class CheckoutScenario implements Callable<Integer> {
    private static final double GOAL_MILLIS = 100;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(40);
    private static final String BY_SERVER = "createdAt to updatedAt (the server's clock)";

    @Option(
            names = "--orders-per-second",
            defaultValue = "20",
            paramLabel = "N",
            description = "the rate (default: ${DEFAULT-VALUE})")
    private double ordersPerSecond;

    @Option(
            names = "--duration",
            defaultValue = "PT30S",
            paramLabel = "DURATION",
            description = "how long to measure, ISO-8601 (default: ${DEFAULT-VALUE})")
    private Duration duration;

    @Option(
            names = "--warm-up",
            defaultValue = "PT60S",
            paramLabel = "DURATION",
            description = "how long to send at the same rate before (default: ${DEFAULT-VALUE})")
    private Duration warmUp;

    @Option(
            names = "--watch",
            defaultValue = "sse",
            paramLabel = "sse|poll",
            description = "how a client learns of the confirmation (default: ${DEFAULT-VALUE})")
    private Watch watch;

    @Option(
            names = "--poll-interval",
            defaultValue = "PT0.005S",
            paramLabel = "DURATION",
            description = "between two looks with --watch poll: its resolution (default: ${DEFAULT-VALUE})")
    private Duration pollInterval;

    @Option(
            names = "--sku",
            defaultValue = "espresso-cup",
            paramLabel = "SKU",
            description = "what is ordered, one unit each time (default: ${DEFAULT-VALUE})")
    private String sku;

    @Option(
            names = "--order-url",
            paramLabel = "URL",
            description = "root of a running order-service; without it a local stack is started for this")
    private URI orderUrl;

    enum Watch {
        SSE,
        POLL
    }

    @Override
    public Integer call() throws InterruptedException {
        if (orderUrl != null) {
            measure(URI.create(orderUrl.toString().replaceFirst("/+$", "")), Path.of(""));
            return 0;
        }
        try (var measured = new MeasuredStack()) {
            System.out.printf(
                    Locale.ROOT,
                    "checkout: local stack ready after %.1f s%n",
                    measured.start().toNanos() / 1e9);
            measure(measured.stack().baseUrl(Part.ORDER), measured.directory());
        }
        return 0;
    }

    private void measure(URI root, Path disk) throws InterruptedException {
        String machine = Machine.describe(disk.toAbsolutePath());
        var site = new OrderSite(root);
        requireOrderable(site, root);
        System.out.printf(
                Locale.ROOT,
                "checkout: warm-up of %s, then %.1f orders/s for %s%n%n",
                warmUp,
                ordersPerSecond,
                duration);
        run(site, warmUp);
        CheckoutLoad load = run(site, duration);
        serverSide(site, load);
        report(load);
        System.out.println(machine);
    }

    private void requireOrderable(OrderSite site, URI root) throws InterruptedException {
        try {
            site.awaitSettledByEvents(site.place(sku));
        } catch (IOException e) {
            throw new MeasurementFailure(
                    "No order for %s goes through at %s (%s): start the system there, or choose another with --sku."
                            .formatted(sku, root, e),
                    e);
        }
    }

    private CheckoutLoad run(OrderSite site, Duration length) throws InterruptedException {
        var load = new CheckoutLoad(site, sku, this::awaitSettled);
        load.run(new Schedule(ordersPerSecond, length), SETTLE_LIMIT);
        return load;
    }

    private String awaitSettled(OrderSite site, String id) throws IOException, InterruptedException {
        return switch (watch) {
            case SSE -> site.awaitSettledByEvents(id);
            case POLL -> site.awaitSettledByPolling(id, pollInterval);
        };
    }

    /** Asked for afterwards, so that the asking is no part of the load. */
    private static void serverSide(OrderSite site, CheckoutLoad load) throws InterruptedException {
        for (String id : load.confirmed()) {
            try {
                JsonNode order = site.get(id);
                Duration age = Duration.between(
                        Instant.parse(order.path("createdAt").asText()),
                        Instant.parse(order.path("updatedAt").asText()));
                load.latencies().record(BY_SERVER, age.toNanos());
            } catch (IOException e) {
                throw new MeasurementFailure("Order %s could not be read again (%s).".formatted(id, e), e);
            }
        }
    }

    private void report(CheckoutLoad load) {
        System.out.println(load.latencies().print());
        System.out.println(load.outcome());
        System.out.println(
                switch (watch) {
                    case SSE -> "resolution: a confirmation is seen when its server-sent event arrives";
                    case POLL -> "resolution: every order is looked at each " + pollInterval;
                });
        double p50 = load.latencies().millis(CheckoutLoad.TO_CONFIRMED, 50);
        System.out.printf(
                Locale.ROOT,
                "goal at 20 orders/s: p50 to CONFIRMED at most %.0f ms: %s%n%n",
                GOAL_MILLIS,
                p50 <= GOAL_MILLIS ? "reached" : "missed");
    }
}
