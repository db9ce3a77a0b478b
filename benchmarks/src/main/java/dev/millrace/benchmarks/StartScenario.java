package dev.millrace.benchmarks;

import dev.millrace.stack.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long the built system takes until all of it is ready: the first time, and on the data of the time before. */
@Command(
        name = "start",
        description = "Seconds until the whole local stack is ready, started empty and started again.",
        mixinStandardHelpOptions = true)
final class StartScenario implements Callable<Integer> {
    private static final double GOAL_SECONDS = 20;

    @Option(
            names = "--runs",
            defaultValue = "1",
            paramLabel = "N",
            description = "how often to do it, each time empty again (default: ${DEFAULT-VALUE})")
    private int runs;

    /** One start: in all, and each part from its own start. */
    private record Start(Duration all, Map<Part, Duration> parts) {}

    @Override
    public Integer call() throws InterruptedException {
        String machine = "";
        var first = new ArrayList<Start>();
        var second = new ArrayList<Start>();
        for (int run = 0; run < runs; run++) {
            System.out.printf("start: run %d of %d%n", run + 1, runs);
            try (var measured = new MeasuredStack()) {
                machine = Machine.describe(measured.directory());
                first.add(started(measured));
                measured.stop();
                second.add(started(measured));
            }
        }
        print(first, second);
        System.out.println(machine);
        return 0;
    }

    private static Start started(MeasuredStack measured) throws InterruptedException {
        Duration all = measured.start();
        return new Start(all, measured.readyTimes());
    }

    private static void print(List<Start> first, List<Start> second) {
        System.out.printf("%n%-22s %12s %12s%n", "seconds to ready", "empty", "again");
        for (Part part : Part.values()) {
            row(part.id(), first, second, start -> seconds(start.parts().get(part)));
        }
        row("all", first, second, start -> seconds(start.all()));
        double worst = worst(first, start -> seconds(start.all()));
        System.out.printf(
                Locale.ROOT,
                "goal: all ready in at most %.0f s: %s%n%n",
                GOAL_SECONDS,
                worst <= GOAL_SECONDS ? "reached" : "missed");
    }

    /** The slowest run counts. */
    private static void row(String name, List<Start> first, List<Start> second, ToDoubleFunction<Start> seconds) {
        System.out.printf(Locale.ROOT, "%-22s %12.2f %12.2f%n", name, worst(first, seconds), worst(second, seconds));
    }

    private static double worst(List<Start> starts, ToDoubleFunction<Start> seconds) {
        return starts.stream().mapToDouble(seconds).max().orElse(Double.NaN);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
