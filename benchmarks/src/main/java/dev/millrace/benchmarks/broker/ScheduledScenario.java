package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Timetable;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.MillracePeer;
import dev.millrace.benchmarks.peer.Peer;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Whether scheduled messages come when they are due. All of them are scheduled before the first is due; consumers have
 * credit all the time. How late one is counts from the millisecond that it asked for to its receipt by the client.
 */
@Command(
        name = "scheduled",
        description = "Schedules many messages, and looks when they come: earliest and lateness.",
        mixinStandardHelpOptions = true)
public final class ScheduledScenario implements Callable<Integer> {
    private static final Duration PROGRESS = Duration.ofMillis(10);
    private static final double GOAL_MILLIS = 500;

    @Mixin
    private BrokerOptions options;

    @Option(
            names = "--messages",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "how many are scheduled (default: ${DEFAULT-VALUE})")
    private long messages;

    @Option(
            names = "--lead",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "from the start of publishing to the first that is due (default: ${DEFAULT-VALUE})")
    private long leadSeconds;

    @Option(
            names = "--spread",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "from the first that is due to the last (default: ${DEFAULT-VALUE})")
    private long spreadSeconds;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "of the times (default: ${DEFAULT-VALUE})")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        Workload workload = scheduled();
        try (Peers peers = Peers.start(options, workload, report)) {
            report.line(
                    "%,d messages of %d bytes, due at random over %d s (seed %d), two publishers, two consumers",
                    messages, options.messageBytes(), spreadSeconds, seed);
            // The timetable begins now: a broker's start took its time.
            measure(peers.named(MillracePeer.NAME), scheduled(), report);
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    private Workload scheduled() {
        long first = System.currentTimeMillis() + 1_000 * leadSeconds;
        return options.queue("bench-scheduled", 2, 2)
                .withWindow(messages)
                .withTimetable(new Timetable(first, 1_000 * spreadSeconds, seed));
    }

    private void measure(Peer peer, Workload workload, Report report) throws InterruptedException {
        var meter = new Meter();
        try (Traffic traffic = peer.connect(workload, meter)) {
            Meter.Reading before = meter.read();
            traffic.publish();
            while (meter.read().acknowledged() < messages && meter.refused() == 0) {
                Thread.sleep(PROGRESS);
            }
            double rate = meter.read().acknowledgedPerSecond(before);
            traffic.pause();
            Round.requireNothingRefused(peer, meter);
            long aheadMillis = workload.timetable().firstEpochMillis() - System.currentTimeMillis();
            if (aheadMillis < 0) {
                throw new MeasurementFailure(
                        "All messages were scheduled %.1f s after the first was due: give a longer --lead."
                                .formatted(-aheadMillis / 1e3),
                        null);
            }
            report.line("scheduled at %,.0f/s; all of them %.1f s before the first was due", rate, aheadMillis / 1e3);
            Thread.sleep(aheadMillis);
            Round.awaitDelivered(meter, meter.read().acknowledged());
            print(meter, report);
        }
    }

    private static void print(Meter meter, Report report) {
        Histogram late = meter.deliveryLatencies();
        double earliest = meter.leastDelivery() / 1e6;
        var table =
                new TextTable("ms after the time asked for", "messages", "earliest", "p50", "p99", "p99.9", "latest");
        table.row(
                MillracePeer.NAME,
                TextTable.number(late.getTotalCount(), 0),
                TextTable.number(earliest, 2),
                Latencies.cell(late, 50),
                Latencies.cell(late, 99),
                Latencies.cell(late, 99.9),
                Latencies.cell(late, 100));
        report.line("");
        report.block(table.print());
        report.line("goal: never early: %s", earliest >= 0 ? "reached" : "missed");
        report.line(
                "goal: at most %.1f s late: %s",
                GOAL_MILLIS / 1e3, Latencies.millis(late, 100) <= GOAL_MILLIS ? "reached" : "missed");
    }
}
