package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.StolenTime;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.MillracePeer;
import dev.millrace.benchmarks.peer.Peer;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * How long a publisher waits that sends its next message when the one before is acknowledged, beside a bare sync of the
 * same disk in the same turns.
 */
@Command(
        name = "in-flight-1",
        description = "One publisher with one message in flight: time to its acknowledgement.",
        mixinStandardHelpOptions = true)
public final class InFlightScenario implements Callable<Integer> {
    private static final double GOAL_P50_MILLIS = 0.5;
    private static final double GOAL_P99_SYNCS = 3;

    @Mixin
    private BrokerOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        Workload workload = Workload.queue("bench-in-flight-1", 1, 0, options.messageBytes(), 1);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        var latencies = new LinkedHashMap<String, Histogram>();
        latencies.put(BareSync.NAME, Latencies.none());
        StolenTime before = StolenTime.now();
        try (Peers peers = Peers.start(options, workload, report)) {
            report.line(
                    "%d rounds of %d s each in turn after %d s of warm-up, bodies of %d bytes",
                    options.rounds(),
                    options.length().toSeconds(),
                    options.warmUp().toSeconds(),
                    options.messageBytes());
            for (Peer peer : peers) {
                Report.progress("%s: warm-up", peer.name());
                latencies.put(peer.name(), Latencies.none());
                new Round(peer, workload).run(options.warmUp());
            }
            for (int i = 1; i <= options.rounds(); i++) {
                Report.progress("round %d", i);
                bareSync(peers, options.length(), latencies.get(BareSync.NAME));
                for (Peer peer : peers) {
                    var round = new Round(peer, workload);
                    round.run(options.length());
                    latencies.get(peer.name()).add(round.acknowledgementLatencies());
                }
            }
            report.line("");
            print(latencies, report);
            report.line(
                    "stolen:  %.0f %% of the processors' time, by the machine's host",
                    StolenTime.now().percentSince(before));
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    private static void bareSync(Peers peers, Duration length, Histogram latencies) {
        try {
            BareSync.measure(peers.directory(), length, latencies);
        } catch (IOException e) {
            throw new MeasurementFailure("%s cannot be written to (%s).".formatted(peers.directory(), e), e);
        }
    }

    private static void print(Map<String, Histogram> latencies, Report report) {
        var table = new TextTable("ms to accepted", "count", "p50", "p90", "p99", "p99.9", "max");
        latencies.forEach((name, histogram) -> table.row(
                name,
                TextTable.number(histogram.getTotalCount(), 0),
                Latencies.cell(histogram, 50),
                Latencies.cell(histogram, 90),
                Latencies.cell(histogram, 99),
                Latencies.cell(histogram, 99.9),
                Latencies.cell(histogram, 100)));
        report.block(table.print());
        Histogram millrace = latencies.get(MillracePeer.NAME);
        if (millrace != null) {
            double p50 = Latencies.millis(millrace, 50);
            report.line(
                    "goal: p50 at most %.1f ms: %s (%.2f)",
                    GOAL_P50_MILLIS, p50 <= GOAL_P50_MILLIS ? "reached" : "missed", p50);
            double syncs = Latencies.millis(millrace, 99) / Latencies.millis(latencies.get(BareSync.NAME), 99);
            report.line(
                    "goal: p99 at most %.0f x that of a bare sync: %s (%.2f)",
                    GOAL_P99_SYNCS, syncs <= GOAL_P99_SYNCS ? "reached" : "missed", syncs);
        }
    }
}
