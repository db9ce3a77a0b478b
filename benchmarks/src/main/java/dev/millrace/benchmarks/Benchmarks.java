package dev.millrace.benchmarks;

import dev.millrace.benchmarks.broker.BacklogScenario;
import dev.millrace.benchmarks.broker.BrokerScenarios;
import dev.millrace.benchmarks.broker.FanOutScenario;
import dev.millrace.benchmarks.broker.InFlightScenario;
import dev.millrace.benchmarks.broker.IngestScenario;
import dev.millrace.benchmarks.broker.KeysScenario;
import dev.millrace.benchmarks.broker.PacedScenario;
import dev.millrace.benchmarks.broker.QueueScenario;
import dev.millrace.benchmarks.broker.QueuesScenario;
import dev.millrace.benchmarks.broker.ReplayScenario;
import dev.millrace.benchmarks.broker.ScheduledScenario;
import dev.millrace.benchmarks.outbox.RelayScenario;
import dev.millrace.stack.process.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of the benchmarks: one command per scenario; without one, all of them with their defaults. */
@Command(
        name = "bench",
        description = "Measures Millrace. Without a scenario all of them run, each with its defaults.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[SCENARIO [OPTION...]]",
        commandListHeading = "%nScenarios:%n",
        subcommands = {
            StartScenario.class,
            CheckoutScenario.class,
            RelayScenario.class,
            IngestScenario.class,
            QueueScenario.class,
            FanOutScenario.class,
            QueuesScenario.class,
            InFlightScenario.class,
            PacedScenario.class,
            BacklogScenario.class,
            KeysScenario.class,
            ScheduledScenario.class,
            ReplayScenario.class,
            BrokerScenarios.class
        },
        footer = {
            "",
            "bench SCENARIO --help shows a scenario's options. Exit codes: 0 it was measured,",
            "1 it could not be, and one sentence says why; 2 the command line is wrong."
        })
public final class Benchmarks implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    /** @param arguments a scenario and its options */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** A fresh command line, whose failures are one sentence and an exit code. */
    public static CommandLine commandLine() {
        return new CommandLine(new Benchmarks())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof StartFailure || failure instanceof MeasurementFailure) {
                        command.getErr().println(failure.getMessage());
                        return 1;
                    }
                    throw failure;
                });
    }

    @Override
    public Integer call() {
        List<Integer> exitCodes = new ArrayList<>();
        for (String scenario : spec.subcommands().keySet()) {
            if (!scenario.equals(BrokerScenarios.NAME)) { // the ones that it runs are in the list themselves
                exitCodes.add(commandLine().execute(scenario));
            }
        }
        return exitCodes.stream().max(Integer::compare).orElse(0);
    }
}
