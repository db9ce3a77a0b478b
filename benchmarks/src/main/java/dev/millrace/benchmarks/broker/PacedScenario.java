package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How long a message takes at a steady rate below the peak. The load is an open loop: a latency counts from the time for
 * which the message was intended, so that a stall shows in every message behind it.
 */
@Command(
        name = "paced",
        description = "One queue at 50, 70 and 90 percent of each broker's own peak: latencies from the intended time.",
        mixinStandardHelpOptions = true)
public final class PacedScenario implements Callable<Integer> {
    @Mixin
    private BrokerOptions options;

    @Option(
            names = "--percent",
            split = ",",
            defaultValue = "50,70,90",
            paramLabel = "N",
            description = "of the peak, separated by commas (default: ${DEFAULT-VALUE})")
    private List<Double> percents;

    @Spec
    private CommandSpec spec;

    /** What one broker did at one rate, all rounds together. */
    private record Pace(
            String broker,
            double percent,
            double rate,
            List<Sample> samples,
            Histogram accepted,
            Histogram delivered) {}

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        Workload workload = options.queue("bench-paced", 2, 2);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        try (Peers peers = Peers.start(options, workload, report)) {
            report.line(
                    "peak: median of %d rounds of %d s after %d s of warm-up; then %1$d rounds of %2$d s at each rate",
                    options.rounds(),
                    options.length().toSeconds(),
                    options.warmUp().toSeconds());
            Map<Peer, Double> peaks = peaks(peers, workload);
            List<Pace> paces = new ArrayList<>();
            for (double percent : percents) {
                peaks.forEach((peer, peak) -> paces.add(new Pace(
                        peer.name(),
                        percent,
                        peak * percent / 100,
                        new ArrayList<>(),
                        Latencies.none(),
                        Latencies.none())));
            }
            for (int round = 1; round <= options.rounds(); round++) {
                for (Pace pace : paces) {
                    Report.progress("round %d, %s at %.0f %%", round, pace.broker, pace.percent);
                    measure(peers.named(pace.broker), workload.withWindow(Long.MAX_VALUE), pace);
                }
            }
            report.line("");
            print(paces, report);
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    private Map<Peer, Double> peaks(Peers peers, Workload workload) throws InterruptedException {
        for (Peer peer : peers) {
            Report.progress("%s: warm-up", peer.name());
            new Round(peer, workload).run(options.warmUp());
        }
        Map<Peer, List<Sample>> samples = new LinkedHashMap<>();
        for (int round = 1; round <= options.rounds(); round++) {
            for (Peer peer : peers) {
                Sample sample = new Round(peer, workload).run(options.length());
                Report.progress("peak, %s: %s messages/s", peer.name(), TextTable.number(sample.delivered(), 0));
                samples.computeIfAbsent(peer, any -> new ArrayList<>()).add(sample);
            }
        }
        Map<Peer, Double> peaks = new LinkedHashMap<>();
        samples.forEach((peer, all) -> peaks.put(peer, Sample.median(all, Sample::delivered)));
        return peaks;
    }

    private void measure(Peer peer, Workload workload, Pace pace) throws InterruptedException {
        var meter = new Meter();
        try (Traffic traffic = peer.connect(workload, meter)) {
            traffic.publish(pace.rate);
            Thread.sleep(Round.RAMP);
            meter.forgetLatencies();
            Meter.Reading before = meter.read();
            Thread.sleep(options.length());
            Meter.Reading after = meter.read();
            pace.accepted.add(meter.acknowledgementLatencies());
            pace.delivered.add(meter.deliveryLatencies());
            traffic.pause();
            Round.requireNothingRefused(peer, meter);
            Round.awaitDelivered(meter, meter.read().acknowledged());
            pace.samples.add(new Sample(
                    after.acknowledgedPerSecond(before),
                    after.deliveredPerSecond(before),
                    Double.NaN,
                    Double.NaN,
                    Double.NaN,
                    Double.NaN));
        }
        Round.settleDisk();
    }

    private static void print(List<Pace> paces, Report report) {
        var table = new TextTable(
                "ms from the intended time",
                "of peak",
                "intended/s",
                "delivered/s",
                "accepted p50",
                "p99",
                "p99.9",
                "delivered p50",
                "p99",
                "p99.9");
        for (Pace pace : paces) {
            table.row(
                    pace.broker,
                    TextTable.number(pace.percent, 0) + " %",
                    TextTable.number(pace.rate, 0),
                    TextTable.number(Sample.median(pace.samples, Sample::delivered), 0),
                    Latencies.cell(pace.accepted, 50),
                    Latencies.cell(pace.accepted, 99),
                    Latencies.cell(pace.accepted, 99.9),
                    Latencies.cell(pace.delivered, 50),
                    Latencies.cell(pace.delivered, 99),
                    Latencies.cell(pace.delivered, 99.9));
        }
        report.block(table.print());
    }
}
