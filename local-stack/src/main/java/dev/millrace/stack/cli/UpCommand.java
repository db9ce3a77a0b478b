package dev.millrace.stack.cli;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.Ports;
import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.process.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace up}: starts the system, shows its log, and stops it on Ctrl-C or SIGTERM. */
@Command(
        name = "up",
        description = "Starts the whole system, prints the URLs when all of it is ready, shows its log, and stops"
                + " everything on Ctrl-C or SIGTERM (exit code 0).",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final long TICK_SECONDS = 10;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keep the state there. Default: the directory data in the project.")
    private Path data;

    @Option(names = "--fresh", description = "Start empty: delete what earlier runs left in the data directory.")
    private boolean fresh;

    @Option(names = "--only", paramLabel = "broker", description = "Start the broker alone.")
    private String only;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Set<Part> parts = parts();
        Map<String, String> environment = System.getenv();
        var terminal = Terminal.standard();
        var progress = new UpProgress(terminal, parts.size());
        Path directory = data != null ? data : ProjectHome.find().defaultData();
        try (var stop = StopRequest.ofThisThread();
                LocalStack stack = LocalStack.builder()
                        .data(directory)
                        .fresh(fresh)
                        .parts(parts)
                        .ports(Ports.from(environment))
                        .environment(environment)
                        .supervised(true)
                        .log(part -> line -> terminal.line(part, line))
                        .listener(progress)
                        .build()) {
            return run(stack, parts, terminal, progress, stop);
        }
    }

    /** Until it is told to stop or cannot go on. The stack is stopped by its owner. */
    private Integer run(LocalStack stack, Set<Part> parts, Terminal terminal, UpProgress progress, StopRequest stop) {
        try (var ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory())) {
            var ticks = ticker.scheduleAtFixedRate(
                    () -> progress.stillStarting(stack::whyNotReady), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
            try {
                stack.start();
            } finally {
                ticks.cancel(false);
            }
            terminal.block(Welcome.text(stack, parts, sinceLaunch()));
            throw stack.awaitGivingUp();
        } catch (InterruptedException e) {
            return ExitCode.OK;
        } catch (StartFailure failure) {
            if (stop.isRequested()) {
                return ExitCode.OK; // a part that was starting when the request came
            }
            throw failure;
        }
    }

    private Set<Part> parts() {
        if (only == null) {
            return EnumSet.allOf(Part.class);
        }
        if (only.equals("broker") || only.equals(Part.BROKER.id())) {
            return EnumSet.of(Part.BROKER);
        }
        throw new ParameterException(
                spec.commandLine(), "--only knows \"broker\", not \"" + only + "\": the other parts need each other.");
    }

    /** Since the script was started: it replaced itself by this JVM, which keeps its process. */
    private static Duration sinceLaunch() {
        Instant launched = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
        return Duration.between(launched, Instant.now());
    }
}
