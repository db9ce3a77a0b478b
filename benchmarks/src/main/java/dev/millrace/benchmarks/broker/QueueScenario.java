package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.ArtemisPeer;
import dev.millrace.benchmarks.peer.MillracePeer;
import java.util.List;
import picocli.CommandLine.Command;

/** How fast messages go through a queue whose consumers keep up. */
@Command(
        name = "queue",
        description = "Two publishers and two consumers on one queue: messages through it per second.",
        mixinStandardHelpOptions = true)
public final class QueueScenario extends ClosedLoopScenario {
    @Override
    Workload workload(BrokerOptions options) {
        return options.queue("bench-queue", 2, 2);
    }

    @Override
    List<Goal> goals() {
        return List.of(new Goal(ArtemisPeer.NAME, 2), new Goal(MillracePeer.WITHOUT_HISTORY, 0.95));
    }
}
