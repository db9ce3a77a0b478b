package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.Benchmarks;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** All scenarios of brokers, one after the other, with the same options. */
@Command(
        name = BrokerScenarios.NAME,
        description = "All scenarios of brokers one after the other; options go to each of them.",
        mixinStandardHelpOptions = true)
public final class BrokerScenarios implements Callable<Integer> {
    /** Its name on the command line. */
    public static final String NAME = "broker";

    /** In the order in which they run. */
    public static final List<String> SCENARIOS = List.of(
            "ingest", "queue", "fan-out", "queues", "in-flight-1", "paced", "backlog", "keys", "scheduled", "replay");

    @Unmatched
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() {
        int worst = 0;
        for (String scenario : SCENARIOS) {
            String[] arguments =
                    Stream.concat(Stream.of(scenario), options.stream()).toArray(String[]::new);
            worst = Math.max(worst, Benchmarks.commandLine().execute(arguments));
            System.out.println();
        }
        return worst;
    }
}
