package dev.millrace.stack.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** A demonstration as it is told on a terminal: numbered steps, what was seen in each, and the checks at the end. */
public final class Story {
    private static final String INDENT = "     ";

    private final Consumer<String> out;
    private final boolean coloured;
    private final List<Check> checks = new ArrayList<>();
    private long startedAt;
    private int steps;

    private record Check(String promise, boolean holds, String seen) {}

    /**
     * @param out takes whole lines
     * @param coloured whether they go to a terminal that shows colours
     */
    public Story(Consumer<String> out, boolean coloured) {
        this.out = out;
        this.coloured = coloured;
    }

    void title(String text) {
        startedAt = System.nanoTime();
        out.accept(emphasised(1, text));
    }

    /** What is done next. */
    void step(String text) {
        steps++;
        out.accept("");
        out.accept(emphasised(1, steps + ". " + text));
    }

    /** What is done to the system in so many words, so that a reader can do it again. */
    void call(String method, String path, String more) {
        out.accept(INDENT + method + " " + path + (more.isEmpty() ? "" : " " + more));
    }

    /** What was seen, with the time. */
    void see(String format, Object... arguments) {
        out.accept("%s%5.1f s  %s".formatted(INDENT, sinceStart(), format(format, arguments)));
    }

    /** Notes whether a promise was kept, and what was seen; told at the end. */
    void check(boolean holds, String promise, String seen, Object... arguments) {
        checks.add(new Check(promise, holds, format(seen, arguments)));
    }

    /** The demonstration cannot go on. */
    void failed(String sentence) {
        checks.add(new Check("the demonstration goes through", false, sentence));
    }

    /** Tells the checks; answers whether all of them hold. */
    boolean end() {
        out.accept("");
        out.accept(emphasised(1, "Checks"));
        for (Check check : checks) {
            String verdict = check.holds() ? emphasised(32, "OK    ") : emphasised(31, "FAILED");
            out.accept("%s%s  %s: %s".formatted(INDENT, verdict, check.promise(), check.seen()));
        }
        out.accept("%s%.1f s in all".formatted(INDENT, sinceStart()));
        out.accept("");
        return !checks.isEmpty() && checks.stream().allMatch(Check::holds);
    }

    private double sinceStart() {
        return Duration.ofNanos(System.nanoTime() - startedAt).toMillis() / 1_000.0;
    }

    private String emphasised(int code, String text) {
        return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String format(String format, Object... arguments) {
        return arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
    }
}
