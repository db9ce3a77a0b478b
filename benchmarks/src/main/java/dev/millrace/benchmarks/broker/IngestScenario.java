package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.AcceptOnlyPeer;
import dev.millrace.benchmarks.peer.KafkaPeer;
import java.util.List;
import picocli.CommandLine.Command;

/** How fast a broker takes messages; what it took is consumed between the rounds, unmeasured. */
@Command(
        name = "ingest",
        description = "Two publishers, one queue, nobody consumes: messages accepted per second.",
        mixinStandardHelpOptions = true)
public final class IngestScenario extends ClosedLoopScenario {
    @Override
    Workload workload(BrokerOptions options) {
        return options.queue("bench-ingest", 2, 0).withWindow(Long.MAX_VALUE);
    }

    @Override
    List<Goal> goals() {
        return List.of(new Goal(KafkaPeer.NAME, 1.6), new Goal(AcceptOnlyPeer.NAME, 0.7));
    }
}
