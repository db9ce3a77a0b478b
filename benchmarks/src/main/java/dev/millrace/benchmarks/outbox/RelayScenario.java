package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.Compiler;
import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.MeasuredStack;
import dev.millrace.benchmarks.broker.Latencies;
import dev.millrace.benchmarks.broker.Report;
import dev.millrace.benchmarks.broker.TextTable;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How fast committed events come to the broker: change data capture beside polling, on the same kind of table, the same
 * database server and the same broker, one after the other in one run.
 */
@Command(
        name = "relay",
        description = "Events from outbox to broker: rate and latency of the relay, beside a polling outbox.",
        mixinStandardHelpOptions = true)
public final class RelayScenario implements Callable<Integer> {
    private static final double GOAL_PER_SECOND = 20_000;
    private static final double GOAL_P50_MILLIS = 15;
    private static final double GOAL_P99_MILLIS = 60;
    private static final String RELAY = "relay";
    private static final String POLLING = "polling";
    private static final String NOBODY = "nobody (only written)";
    private static final int WARM_UP_ROUNDS = 2;

    @Option(
            names = "--rate",
            defaultValue = "500",
            paramLabel = "N",
            description = "events per second while latencies are measured (default: ${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            paramLabel = "N",
            description = "how long to measure latencies (default: ${DEFAULT-VALUE})")
    private long seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "20",
            paramLabel = "N",
            description = "seconds at the same rate before (default: ${DEFAULT-VALUE})")
    private long warmUpSeconds;

    @Option(
            names = "--events",
            defaultValue = "200000",
            paramLabel = "N",
            description = "events that wait when the rate is measured (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "backlogs one after the other (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--payload-bytes",
            defaultValue = "512",
            paramLabel = "N",
            description = "size of an event's payload (default: ${DEFAULT-VALUE})")
    private int payloadBytes;

    @Option(
            names = "--polling-interval",
            defaultValue = "100",
            paramLabel = "MILLIS",
            description = "between two looks of the polling outbox (default: ${DEFAULT-VALUE})")
    private long pollingMillis;

    @Option(
            names = "--readers",
            split = ",",
            defaultValue = RELAY + "," + POLLING,
            paramLabel = "NAME",
            description = "which of relay and polling (default: ${DEFAULT-VALUE})")
    private List<String> readers;

    @Option(
            names = "--compiler",
            defaultValue = "optimising",
            paramLabel = "quick|optimising",
            description = "of the JVM of both (default: ${DEFAULT-VALUE}; the stack starts the relay with quick)")
    private Compiler compiler;

    @Option(names = "--save", description = "also write the report into docs/benchmarks/raw")
    private boolean save;

    @Spec
    private CommandSpec spec;

    private final Report report = new Report();

    /** At a steady rate, and with a backlog, each round (none: not measured). */
    private record Result(OutboxRun paced, List<OutboxRun> backlogs) {}

    @Override
    public Integer call() throws InterruptedException {
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        var results = new LinkedHashMap<String, Result>();
        try (var measured = new MeasuredStack(stack -> stack.parts(List.of(Part.POSTGRES, Part.BROKER, Part.RELAY))
                .environment("RELAY_SOURCES_INVENTORY_ENABLED", "false")
                .environment("RELAY_SOURCES_NOTIFICATION_ENABLED", "false")
                .environment("OUTBOX_RELAY_JAVA_OPTS", compiler.flag()))) {
            LocalStack stack = measured.build();
            stack.start(Part.POSTGRES);
            stack.start(Part.BROKER);
            report.line(
                    "one event per transaction, payload %d bytes; one consumer; %s compiler; warm-up %d s, then %d s at %.0f events/s,"
                            + " then %d times %,d that wait",
                    payloadBytes,
                    compiler.name().toLowerCase(Locale.ROOT),
                    warmUpSeconds,
                    seconds,
                    rate,
                    rounds,
                    events);
            if (readers.contains(POLLING)) {
                try (var table = table(stack, ServiceDatabase.INVENTORY, "bench-polled", false)) {
                    results.put(NOBODY, writtenOnly(stack, table));
                    table.truncate();
                    results.put(POLLING, measured(stack, table, polling(stack, measured)));
                }
            }
            if (readers.contains(RELAY)) {
                try (var table = table(stack, ServiceDatabase.ORDER, "bench-relayed", true)) {
                    results.put(RELAY, measured(stack, table, new RelayReader(stack)));
                }
            }
            print(results);
            report.block(Machine.describe(measured.directory()));
        }
        if (save) {
            report.save(spec.name());
        }
        return 0;
    }

    private OutboxTable table(LocalStack stack, ServiceDatabase database, String destination, boolean captured) {
        return new OutboxTable(stack.postgres(), database, destination, payloadBytes, captured);
    }

    private PollingReader polling(LocalStack stack, MeasuredStack measured) {
        return new PollingReader(
                stack,
                List.of(ServiceDatabase.INVENTORY),
                Duration.ofMillis(pollingMillis),
                PollingReader.BATCH,
                compiler.flag(),
                measured.directory());
    }

    private Result writtenOnly(LocalStack stack, OutboxTable table) throws InterruptedException {
        Report.progress("%s", NOBODY);
        try (var measurement = new OutboxMeasurement(stack, table, null)) {
            measurement.paced(rate, Duration.ofSeconds(warmUpSeconds));
            return new Result(measurement.paced(rate, Duration.ofSeconds(seconds)), List.of());
        }
    }

    private Result measured(LocalStack stack, OutboxTable table, OutboxReader reader) throws InterruptedException {
        report.line("%s: %s", reader.name(), reader.settings());
        try (reader) {
            reader.start();
            try (var measurement = new OutboxMeasurement(stack, table, reader)) {
                Report.progress("%s: warm-up", reader.name());
                for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                    measurement.backlog(events / 4);
                }
                measurement.paced(rate, Duration.ofSeconds(warmUpSeconds));
                Report.progress("%s: %.0f events/s", reader.name(), rate);
                OutboxRun paced = measurement.paced(rate, Duration.ofSeconds(seconds));
                var backlogs = new ArrayList<OutboxRun>(rounds);
                for (int round = 1; round <= rounds; round++) {
                    Report.progress("%s: backlog, round %d of %d", reader.name(), round, rounds);
                    backlogs.add(measurement.backlog(events));
                }
                return new Result(paced, backlogs);
            }
        }
    }

    private void print(Map<String, Result> results) {
        report.line("");
        var latencies =
                new TextTable("ms at %.0f events/s".formatted(rate), "count", "p50", "p90", "p99", "p99.9", "max");
        var load = new TextTable(
                "at %.0f events/s".formatted(rate),
                "database us/event",
                "log bytes/event",
                "commits/event",
                "reader us/event");
        var backlogs = new TextTable(
                "backlog of %,d".formatted(events),
                "events/s",
                "s to first",
                "flowing events/s",
                "database us/event",
                "reader us/event",
                "stolen %");
        results.forEach((name, result) -> {
            OutboxRun paced = result.paced();
            load.row(
                    name,
                    TextTable.number(paced.databaseMicrosPerEvent(), 0),
                    TextTable.number(paced.walBytesPerEvent(), 0),
                    TextTable.number(paced.commitsPerEvent(), 2),
                    TextTable.number(paced.readerMicrosPerEvent(), 0));
            if (!result.backlogs().isEmpty()) {
                latencyRow(latencies, name + ": commit to consumer", paced.fromCommit());
                latencyRow(latencies, name + ": intended insert to consumer", paced.fromIntended());
                for (int i = 0; i < rounds; i++) {
                    OutboxRun backlog = result.backlogs().get(i);
                    backlogs.row(
                            "%s, round %d".formatted(name, i + 1),
                            TextTable.number(backlog.perSecond(), 0),
                            TextTable.number(backlog.secondsToFirst(), 2),
                            TextTable.number(backlog.perSecondFlowing(), 0),
                            TextTable.number(backlog.databaseMicrosPerEvent(), 1),
                            TextTable.number(backlog.readerMicrosPerEvent(), 1),
                            TextTable.number(backlog.stolenPercent(), 0));
                }
            }
        });
        report.block(latencies.print());
        report.block(load.print());
        report.block(backlogs.print());
        Result relay = results.get(RELAY);
        if (relay != null) {
            goals(relay);
        }
    }

    private static void latencyRow(TextTable table, String name, Histogram latencies) {
        table.row(
                name,
                TextTable.number(latencies.getTotalCount(), 0),
                Latencies.cell(latencies, 50),
                Latencies.cell(latencies, 90),
                Latencies.cell(latencies, 99),
                Latencies.cell(latencies, 99.9),
                Latencies.cell(latencies, 100));
    }

    private void goals(Result relay) {
        double perSecond = median(relay.backlogs());
        double p50 = Latencies.millis(relay.paced().fromCommit(), 50);
        double p99 = Latencies.millis(relay.paced().fromCommit(), 99);
        report.line(
                "goal: the relay takes at least %,.0f events/s, in the middle of the rounds: %s (%,.0f)",
                GOAL_PER_SECOND, reached(perSecond >= GOAL_PER_SECOND), perSecond);
        report.line(
                "goal: commit to broker p50 at most %.0f ms: %s (%.1f), p99 at most %.0f ms: %s (%.1f)",
                GOAL_P50_MILLIS,
                reached(p50 <= GOAL_P50_MILLIS),
                p50,
                GOAL_P99_MILLIS,
                reached(p99 <= GOAL_P99_MILLIS),
                p99);
    }

    /** From the start of each round on, with what the relay needs to begin. */
    private static double median(List<OutboxRun> backlogs) {
        double[] rates =
                backlogs.stream().mapToDouble(OutboxRun::perSecond).sorted().toArray();
        return (rates[(rates.length - 1) / 2] + rates[rates.length / 2]) / 2;
    }

    private static String reached(boolean reached) {
        return reached ? "reached" : "missed";
    }
}
