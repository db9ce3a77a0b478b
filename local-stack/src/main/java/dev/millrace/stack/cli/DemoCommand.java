package dev.millrace.stack.cli;

import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.demo.Demo;
import dev.millrace.stack.demo.DemoSystem;
import dev.millrace.stack.demo.Story;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace demo}: breaks something, shows what comes of it, lets it recover, and checks. */
@Command(
        name = "demo",
        description =
                "Breaks something, shows what comes of it, lets it recover, and checks that every promise was kept"
                        + " (exit code 1 if not). Plays with the system of ./millrace up if it runs, else with one of its own."
                        + " Without a name it lists what there is.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Which, one after the other.", arity = "0..*")
    private List<String> names = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the running system keeps its state. Default: the directory data in the project.")
    private Path data;

    @Option(names = "--fresh", description = "Play with a system of its own, even if another one runs.")
    private boolean fresh;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var terminal = Terminal.standard();
        if (names.isEmpty()) {
            terminal.block(list());
            return ExitCode.OK;
        }
        List<Demo> demos = new ArrayList<>();
        for (String name : names) {
            demos.add(Demo.of(name)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "There is no demo \"" + name + "\"; there are: " + labels() + ".")));
        }
        // Ctrl-C: what was broken is mended, and a system of its own is stopped, before the process ends.
        try (var stop = StopRequest.ofThisThread();
                var system = system(demos, terminal)) {
            boolean good = true;
            for (Demo demo : demos) {
                good &= demo.run(system, new Story(terminal::block, Terminal.isColoured()));
            }
            return good ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (InterruptedException e) {
            return ExitCode.OK; // on request
        }
    }

    private DemoSystem system(List<Demo> demos, Terminal terminal) throws InterruptedException {
        Map<String, String> environment = System.getenv();
        if (!fresh) {
            Path directory = data != null ? data : ProjectHome.find().defaultData();
            Optional<DemoSystem> running =
                    DemoSystem.running(directory, environment, demos.stream().anyMatch(Demo::isKilling));
            if (running.isPresent()) {
                terminal.block("With the system that takes its orders on "
                        + running.get().orderUrl() + ".\n");
                return running.get();
            }
        }
        terminal.block("Starting a system of its own (some 20 s) ...");
        long before = System.nanoTime();
        DemoSystem own = DemoSystem.own(environment);
        terminal.block("... ready after %d s.\n".formatted((System.nanoTime() - before) / 1_000_000_000L));
        return own;
    }

    private static String list() {
        return Stream.of(Demo.values())
                .map(demo -> "  %-14s %s".formatted(demo.label(), demo.summary()))
                .collect(Collectors.joining("\n"));
    }

    private static String labels() {
        return Stream.of(Demo.values()).map(Demo::label).collect(Collectors.joining(", "));
    }
}
