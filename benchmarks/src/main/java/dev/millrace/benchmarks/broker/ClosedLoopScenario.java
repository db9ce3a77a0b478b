package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.MillracePeer;
import dev.millrace.benchmarks.peer.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A scenario that asks how many messages per second go through, of all brokers in turn. */
abstract class ClosedLoopScenario implements Callable<Integer> {
    @Mixin
    private BrokerOptions options;

    @Spec
    private CommandSpec spec;

    /** What to send. */
    abstract Workload workload(BrokerOptions options);

    /** What the goals are, one line each, from the medians by broker. */
    abstract List<Goal> goals();

    /** Other workloads that Millrace is given in the same turns, by the name of their row. */
    Map<String, Workload> references(BrokerOptions options) {
        return Map.of();
    }

    /** A row of the table: a broker and what it is given. */
    private record Candidate(String name, Peer peer, Workload workload) {
        Sample measure(Duration length) throws InterruptedException {
            return new Round(peer, workload).run(length);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        Workload workload = workload(options);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        Map<String, List<Sample>> samples = new LinkedHashMap<>();
        try (Peers peers = Peers.start(options, workload, report)) {
            report.line(
                    "%d rounds of %d s each in turn after %d s of warm-up, bodies of %d bytes, %d in flight per publisher",
                    options.rounds(),
                    options.length().toSeconds(),
                    options.warmUp().toSeconds(),
                    options.messageBytes(),
                    options.inFlight());
            List<Candidate> candidates = candidates(peers, workload);
            for (Candidate each : candidates) {
                Report.progress("%s: warm-up", each.name);
                each.measure(options.warmUp());
            }
            for (int round = 1; round <= options.rounds(); round++) {
                for (Candidate each : candidates) {
                    Sample sample = each.measure(options.length());
                    Report.progress(
                            "round %d, %s: %s messages/s, %.0f %% of the processors' time stolen",
                            round, each.name, TextTable.number(rate(sample), 0), sample.stolenPercent());
                    samples.computeIfAbsent(each.name, name -> new ArrayList<>())
                            .add(sample);
                }
            }
            report.line("");
            print(samples, report);
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    private List<Candidate> candidates(Peers peers, Workload workload) {
        var candidates = new ArrayList<Candidate>();
        for (Peer peer : peers) {
            candidates.add(new Candidate(peer.name(), peer, workload));
            if (peer.name().equals(MillracePeer.NAME)) {
                references(options).forEach((name, other) -> candidates.add(new Candidate(name, peer, other)));
            }
        }
        return candidates;
    }

    /** The number that the scenario is about: deliveries if there are consumers. */
    private double rate(Sample sample) {
        return workload(options).consumers() > 0 ? sample.delivered() : sample.published();
    }

    private void print(Map<String, List<Sample>> samples, Report report) {
        boolean consumed = workload(options).consumers() > 0;
        var medians = new LinkedHashMap<String, Double>();
        samples.forEach((peer, all) -> medians.put(peer, Sample.median(all, this::rate)));
        double millrace = medians.getOrDefault(MillracePeer.NAME, Double.NaN);
        var table = new TextTable(
                "messages/s",
                consumed ? "delivered" : "accepted",
                "lowest",
                "highest",
                "millrace is",
                "syncs/1000 messages",
                "broker us/message",
                "client us/message",
                "stolen %");
        samples.forEach((peer, all) -> {
            Sample median = Sample.median(all);
            table.row(
                    peer,
                    TextTable.number(medians.get(peer), 0),
                    TextTable.number(extreme(all, true), 0),
                    TextTable.number(extreme(all, false), 0),
                    peer.equals(MillracePeer.NAME) ? "" : TextTable.ratio(millrace, medians.get(peer)),
                    TextTable.number(median.syncsPerMessage() * 1_000, 2),
                    TextTable.number(median.brokerMicros(), 1),
                    TextTable.number(median.clientMicros(), 1),
                    TextTable.number(median.stolenPercent(), 0));
        });
        report.block(table.print());
        goals().forEach(goal -> report.line(goal.describe(medians)));
    }

    private double extreme(List<Sample> samples, boolean lowest) {
        ToDoubleFunction<Sample> rate = this::rate;
        var rates = samples.stream().mapToDouble(rate);
        return (lowest ? rates.min() : rates.max()).orElse(Double.NaN);
    }
}
