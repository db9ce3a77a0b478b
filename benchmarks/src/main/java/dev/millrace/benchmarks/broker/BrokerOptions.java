package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options that all scenarios of brokers have. */
final class BrokerOptions {
    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = {
                "which brokers, separated by commas: ${COMPLETION-CANDIDATES}",
                "(default: all but the last two; with --other the two of Millrace, with --sync-delay millrace alone)"
            },
            completionCandidates = Peers.Names.class)
    private List<String> peers = List.of();

    @Option(
            names = "--other",
            paramLabel = "DIR",
            description = "another checkout, built: its broker is millrace-other")
    private Path other;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            paramLabel = "N",
            description = "length of a round (default: ${DEFAULT-VALUE})")
    private double seconds;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "rounds of each broker, which take turns; medians count (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "20",
            paramLabel = "N",
            description = "seconds of the same load before, for each broker (default: ${DEFAULT-VALUE})")
    private double warmUpSeconds;

    @Option(
            names = "--message-bytes",
            defaultValue = "1024",
            paramLabel = "N",
            description = "body of a message (default: ${DEFAULT-VALUE})")
    private int messageBytes;

    @Option(
            names = "--in-flight",
            defaultValue = "2000",
            paramLabel = "N",
            description = "messages that a publisher sends ahead, and a consumer's credit (default: ${DEFAULT-VALUE})")
    private int inFlight;

    @Option(
            names = "--window",
            defaultValue = "20000",
            paramLabel = "N",
            description =
                    "messages published and not yet consumed at which publishers pause (default: ${DEFAULT-VALUE})")
    private long window;

    @Option(
            names = "--sync-delay",
            defaultValue = "0",
            paramLabel = "MILLIS",
            description =
                    "makes each sync of Millrace that much longer, as on a slower disk (default: ${DEFAULT-VALUE})")
    private long syncDelayMillis;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "where the brokers keep their data during the run (default: the system's temporary directory)")
    private Path directory;

    @Option(names = "--save", description = "also write the report into docs/benchmarks/raw")
    private boolean save;

    /** @throws ParameterException if a number makes no sense */
    void check(CommandSpec spec) {
        requireAtLeast(spec, "--seconds", seconds, 1);
        requireAtLeast(spec, "--rounds", rounds, 1);
        requireAtLeast(spec, "--warm-up", warmUpSeconds, 0);
        requireAtLeast(spec, "--message-bytes", messageBytes, Workload.MIN_MESSAGE_BYTES);
        requireAtLeast(spec, "--in-flight", inFlight, 1);
        requireAtLeast(spec, "--window", window, 1);
        requireAtLeast(spec, "--sync-delay", syncDelayMillis, 0);
    }

    private static void requireAtLeast(CommandSpec spec, String option, double value, int least) {
        if (!(value >= least)) {
            throw new ParameterException(spec.commandLine(), option + " has to be at least " + least);
        }
    }

    List<String> peers() {
        return peers;
    }

    Optional<ProjectHome> other() {
        return Optional.ofNullable(other).map(directory -> new ProjectHome(directory.toAbsolutePath()));
    }

    Duration length() {
        return seconds(seconds);
    }

    int rounds() {
        return rounds;
    }

    Duration warmUp() {
        return seconds(warmUpSeconds);
    }

    int messageBytes() {
        return messageBytes;
    }

    int inFlight() {
        return inFlight;
    }

    long window() {
        return window;
    }

    Duration syncDelay() {
        return Duration.ofMillis(syncDelayMillis);
    }

    Path directory() {
        return directory == null ? Path.of(System.getProperty("java.io.tmpdir")) : directory.toAbsolutePath();
    }

    boolean save() {
        return save;
    }

    /** Name of the file for a scenario's report, without its ending. */
    String reportName(String scenario) {
        return syncDelayMillis == 0 ? scenario : scenario + "-sync-delay-" + syncDelayMillis;
    }

    /** One queue with these options. */
    Workload queue(String name, int publishers, int consumers) {
        return Workload.queue(name, publishers, consumers, messageBytes, inFlight)
                .withWindow(window);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }
}
