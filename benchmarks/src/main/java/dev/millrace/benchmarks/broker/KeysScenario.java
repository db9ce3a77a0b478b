package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.load.Workload;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Whether ordering keys cost much: a queue in which always wait more messages than there are to be distinct keys, once
 * with keys, once without, in turn. Consumers pause while there are fewer.
 */
@Command(
        name = "keys",
        description = "One queue with a backlog of many ordering keys: messages through it per second.",
        mixinStandardHelpOptions = true)
public final class KeysScenario extends ClosedLoopScenario {
    private static final String WITHOUT = "millrace, without keys";

    /** Keys are drawn from twice as many; of n draws from 2n, and half as many again, 1.05 n are distinct. */
    private static final int DRAWN_FROM = 2;

    private static final double BACKLOG = 1.5;

    @Option(
            names = "--keys",
            defaultValue = "100000",
            paramLabel = "N",
            description = "distinct keys that wait at any time, about (default: ${DEFAULT-VALUE})")
    private int keys;

    @Override
    Workload workload(BrokerOptions options) {
        return withoutKeys(options, "bench-keys").withKeys(DRAWN_FROM * keys);
    }

    private Workload withoutKeys(BrokerOptions options, String name) {
        long backlog = (long) (BACKLOG * keys);
        return options.queue(name, 2, 2).withFloor(backlog).withWindow(backlog + options.window());
    }

    @Override
    List<Goal> goals() {
        return List.of(new Goal(WITHOUT, 0.8));
    }

    @Override
    Map<String, Workload> references(BrokerOptions options) {
        return Map.of(WITHOUT, withoutKeys(options, "bench-no-keys"));
    }
}
