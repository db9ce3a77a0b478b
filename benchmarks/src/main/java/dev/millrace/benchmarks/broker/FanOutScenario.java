package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import dev.millrace.benchmarks.peer.ArtemisPeer;
import java.util.List;
import picocli.CommandLine.Command;

/** One message, three deliveries: each subscription has a consumer of its own. */
@Command(
        name = "fan-out",
        description = "Two publishers, one topic with three subscriptions: messages delivered per second.",
        mixinStandardHelpOptions = true)
public final class FanOutScenario extends ClosedLoopScenario {
    @Override
    Workload workload(BrokerOptions options) {
        return new Workload("bench-fan-out", 1, 3, 2, 3, options.messageBytes(), options.inFlight(), options.window());
    }

    @Override
    List<Goal> goals() {
        return List.of(new Goal(ArtemisPeer.NAME, 3));
    }
}
