package dev.millrace.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.benchmarks.broker.TextTable;
import dev.millrace.benchmarks.outbox.DatabaseLoad;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        description = {
            "Latency from POST /orders to CONFIRMED at a fixed rate of orders, with the relay and with a polling outbox in",
            "its place; or the highest rate that is sustained."
        },
        mixinStandardHelpOptions = true)
final class CheckoutScenario implements Callable<Integer> {
    private static final double GOAL_RATE = 50;
    private static final double GOAL_P50_MILLIS = 60;
    private static final double GOAL_P99_MILLIS = 250;
    private static final double GOAL_SUSTAINED = 400;
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(40);
    private static final String BY_SERVER = "createdAt to updatedAt (the server's clock)";

    @Option(
            names = {"--rate", "--orders-per-second"},
            defaultValue = "50",
            paramLabel = "N",
            description = "orders per second; with --find-maximum the first rate tried (default: ${DEFAULT-VALUE})")
    private double ordersPerSecond;

    @Option(
            names = "--outbox",
            split = ",",
            defaultValue = "relay,polling",
            paramLabel = "relay|polling",
            description = "who publishes the outboxes, one after the other (default: ${DEFAULT-VALUE})")
    private List<CheckoutStack.Outbox> outboxes;

    @Option(
            names = "--compiler",
            defaultValue = "quick",
            paramLabel = "quick|optimising",
            description = "of the JVMs of services and relay (default: ${DEFAULT-VALUE}, as the stack starts them)")
    private Compiler compiler;

    @Option(
            names = "--find-maximum",
            description = "look for the highest rate that is sustained, each for --duration, instead of latencies")
    private boolean findMaximum;

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
            var site = new OrderSite(URI.create(orderUrl.toString().replaceFirst("/+$", "")));
            measure("as it runs", site, Path.of(""), null);
            return 0;
        }
        var summary = new TextTable("outbox", "p50", "p90", "p99", "max", "429", "ms of processor/order");
        for (CheckoutStack.Outbox outbox : outboxes) {
            try (var running = CheckoutStack.start(outbox, compiler)) {
                var site = new OrderSite(running.orders());
                measure(
                        outbox.name().toLowerCase(Locale.ROOT),
                        site,
                        running.directory(),
                        new Compared(running, summary));
            }
        }
        if (!findMaximum && outboxes.size() > 1) {
            System.out.println(CheckoutLoad.TO_CONFIRMED + ", ms:");
            System.out.println(summary.print());
        }
        return 0;
    }

    /** Where a measurement adds its line, and the stack that it was made on. */
    private record Compared(CheckoutStack running, TextTable summary) {}

    private void measure(String name, OrderSite site, Path disk, Compared compared) throws InterruptedException {
        String machine = Machine.describe(disk.toAbsolutePath());
        requireOrderable(site);
        System.out.printf(
                Locale.ROOT,
                "checkout: %s, warm-up of %s, then %s%n%n",
                name,
                warmUp,
                findMaximum ? "the highest rate" : "%.1f orders/s for %s".formatted(ordersPerSecond, duration));
        run(site, warmUp);
        if (findMaximum) {
            var search = new MaximumSearch(site, sku, duration);
            double maximum = search.search(ordersPerSecond);
            System.out.println(search.print());
            System.out.printf(
                    Locale.ROOT,
                    "goal: at least %.0f orders/s sustained with nothing lost: %s (%.0f)%n%n",
                    GOAL_SUSTAINED,
                    maximum >= GOAL_SUSTAINED ? "reached" : "missed",
                    maximum);
        } else {
            Spent before = compared == null ? null : Spent.of(compared.running);
            CheckoutLoad load = run(site, duration);
            Spent spent = compared == null ? null : Spent.of(compared.running).since(before);
            serverSide(site, load);
            report(load);
            if (compared != null) {
                System.out.println(spent.print(load.confirmed().size()));
                compare(name, load, spent, compared.summary);
            }
        }
        System.out.println(machine);
    }

    /** What the orders of a measurement have cost. */
    private record Spent(ProcessorTimes processor, DatabaseLoad database) {
        static Spent of(CheckoutStack running) {
            return new Spent(running.processorTimes(), DatabaseLoad.of(running.stack()));
        }

        Spent since(Spent before) {
            return new Spent(processor.since(before.processor), database.since(before.database));
        }

        String print(int orders) {
            var table = new TextTable("process", "ms of processor/order");
            for (String process : processor.nanos().keySet()) {
                table.row(process, TextTable.number(processor.millis(process) / orders, 2));
            }
            table.row("all", TextTable.number(processor.totalMillis() / orders, 2));
            return table.print()
                    + String.format(
                            Locale.ROOT,
                            "database: %.1f commits and %,.0f bytes of log per order%n",
                            (double) database.commits() / orders,
                            (double) database.walBytes() / orders);
        }
    }

    private static void compare(String name, CheckoutLoad load, Spent spent, TextTable summary) {
        LatencyTable latencies = load.latencies();
        summary.row(
                name,
                TextTable.number(latencies.millis(CheckoutLoad.TO_CONFIRMED, 50), 1),
                TextTable.number(latencies.millis(CheckoutLoad.TO_CONFIRMED, 90), 1),
                TextTable.number(latencies.millis(CheckoutLoad.TO_CONFIRMED, 99), 1),
                TextTable.number(latencies.millis(CheckoutLoad.TO_CONFIRMED, 100), 1),
                TextTable.number(load.refusals(), 0),
                TextTable.number(
                        spent.processor().totalMillis() / load.confirmed().size(), 2));
    }

    private void requireOrderable(OrderSite site) throws InterruptedException {
        try {
            site.awaitSettledByEvents(site.place(sku));
        } catch (IOException e) {
            throw new MeasurementFailure(
                    "No order for %s goes through at %s (%s): start the system there, or choose another with --sku."
                            .formatted(sku, site.root(), e),
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
        double p99 = load.latencies().millis(CheckoutLoad.TO_CONFIRMED, 99);
        System.out.printf(
                Locale.ROOT,
                "goal at %.0f orders/s: to CONFIRMED p50 at most %.0f ms: %s, p99 at most %.0f ms: %s%n%n",
                GOAL_RATE,
                GOAL_P50_MILLIS,
                p50 <= GOAL_P50_MILLIS ? "reached" : "missed",
                GOAL_P99_MILLIS,
                p99 <= GOAL_P99_MILLIS ? "reached" : "missed");
    }
}
