package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.MillracePeer;
import dev.millrace.benchmarks.peer.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A queue whose consumers were away: it fills, the broker is killed and started again with all of it waiting, and then
 * it is emptied. One broker after the other, since each needs the disk for itself.
 */
@Command(
        name = "backlog",
        description = "Fills a queue, kills and restarts the broker, and drains the queue.",
        mixinStandardHelpOptions = true)
public final class BacklogScenario implements Callable<Integer> {
    /** What a broker may take on disk for each message beside its body, and files that it makes ahead. */
    private static final long OVERHEAD_BYTES = 1_024;

    private static final long SPARE_BYTES = 4L << 30;
    private static final Duration PROGRESS = Duration.ofMillis(10);
    private static final double GOAL_DRAIN = 0.8;
    private static final double GOAL_READY_SECONDS = 10;
    private static final double MEBI = 1 << 20;

    @Mixin
    private BrokerOptions options;

    @Option(
            names = "--messages",
            defaultValue = "1000000",
            paramLabel = "N",
            description = "how many wait (default: ${DEFAULT-VALUE}; the goal is set for 10000000)")
    private long messages;

    @Spec
    private CommandSpec spec;

    private record Result(
            String broker, double throughEmpty, double fill, double residentMebibytes, double ready, double drain) {}

    @Override
    public Integer call() throws InterruptedException {
        options.check(spec);
        requireSpace();
        Workload queue = options.queue("bench-empty", 2, 2);
        var report = new Report();
        report.line("%s: %s", spec.name(), spec.usageMessage().description()[0]);
        report.load();
        var results = new ArrayList<Result>();
        try (Peers peers = Peers.start(options, queue, report)) {
            report.line(
                    "%,d messages of %d bytes; through an empty queue: %d s after %d s of warm-up",
                    messages,
                    options.messageBytes(),
                    options.length().toSeconds(),
                    options.warmUp().toSeconds());
            for (Peer peer : peers) {
                results.add(measure(peer, queue));
                peers.stop(peer);
            }
            report.line("");
            print(results, report);
            report.block(Machine.describe(peers.directory()));
        }
        if (options.save()) {
            report.save(options.reportName(spec.name()));
        }
        return 0;
    }

    private void requireSpace() {
        Path directory = options.directory();
        try {
            long needed = 2 * messages * (options.messageBytes() + OVERHEAD_BYTES) + SPARE_BYTES;
            long usable = Files.getFileStore(directory).getUsableSpace();
            if (usable < needed) {
                throw new MeasurementFailure(
                        "%,d messages may need %.0f GiB and %s has %.0f: choose another disk with --directory, or fewer --messages."
                                .formatted(messages, needed / MEBI / 1_024, directory, usable / MEBI / 1_024),
                        null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result measure(Peer peer, Workload queue) throws InterruptedException {
        Report.progress("%s: an empty queue", peer.name());
        new Round(peer, queue).run(options.warmUp());
        double throughEmpty = new Round(peer, queue).run(options.length()).delivered();

        Workload backlog = options.queue("bench-backlog", 2, 0).withWindow(messages);
        Report.progress("%s: filling", peer.name());
        var filling = new Meter();
        double fill;
        try (Traffic traffic = peer.connect(backlog, filling)) {
            Meter.Reading before = filling.read();
            traffic.publish();
            while (filling.read().acknowledged() < messages && filling.refused() == 0) {
                Thread.sleep(PROGRESS);
            }
            fill = filling.read().acknowledgedPerSecond(before);
            traffic.pause();
            Round.requireNothingRefused(peer, filling);
        }
        double resident = residentMebibytes(peer.pid());

        Report.progress("%s: kill and start", peer.name());
        Duration ready = peer.killAndStart();

        Report.progress("%s: draining", peer.name());
        var draining = new Meter();
        double drain;
        try (Traffic traffic = peer.connect(backlog.withClients(0, 2), draining)) {
            Meter.Reading before = draining.read();
            Round.awaitDelivered(draining, filling.read().acknowledged());
            drain = draining.read().deliveredPerSecond(before);
        }
        return new Result(
                peer.name(),
                throughEmpty,
                fill,
                Math.max(resident, residentMebibytes(peer.pid())),
                ready.toNanos() / 1e9,
                drain);
    }

    /** The most memory that a process ever had; NaN where the operating system does not tell. */
    static double residentMebibytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024.0)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private void print(List<Result> results, Report report) {
        var table = new TextTable(
                "messages/s",
                "through an empty queue",
                "filling",
                "draining after a restart",
                "draining/empty",
                "kill to ready, s",
                "most memory, MiB");
        for (Result each : results) {
            table.row(
                    each.broker,
                    TextTable.number(each.throughEmpty, 0),
                    TextTable.number(each.fill, 0),
                    TextTable.number(each.drain, 0),
                    TextTable.ratio(each.drain, each.throughEmpty),
                    TextTable.number(each.ready, 1),
                    TextTable.number(each.residentMebibytes, 0));
        }
        report.block(table.print());
        results.stream().filter(each -> each.broker.equals(MillracePeer.NAME)).forEach(each -> {
            goal(
                    report,
                    "draining at least %.1f x the rate of an empty queue",
                    GOAL_DRAIN,
                    each.drain / each.throughEmpty >= GOAL_DRAIN);
            goal(report, "ready in at most %.0f s", GOAL_READY_SECONDS, each.ready <= GOAL_READY_SECONDS);
        });
    }

    private void goal(Report report, String goal, double value, boolean reached) {
        report.line("goal with 10,000,000: " + goal + ": %s with %,d", value, reached ? "reached" : "missed", messages);
    }
}
