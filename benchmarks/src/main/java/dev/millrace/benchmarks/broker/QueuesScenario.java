package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Whether many queues cost more than one: each client has fifty links on its connection. */
@Command(
        name = "queues",
        description = "Two publishers and two consumers on a hundred queues at once: messages through them per second.",
        mixinStandardHelpOptions = true)
public final class QueuesScenario extends ClosedLoopScenario {
    private static final String ONE_QUEUE = "millrace, one queue";

    @Override
    Workload workload(BrokerOptions options) {
        return new Workload("bench-queues", 100, 0, 2, 2, options.messageBytes(), options.inFlight(), options.window());
    }

    @Override
    List<Goal> goals() {
        return List.of(new Goal(ONE_QUEUE, 0.8));
    }

    @Override
    Map<String, Workload> references(BrokerOptions options) {
        return Map.of(ONE_QUEUE, options.queue("bench-one-queue", 2, 2));
    }
}
