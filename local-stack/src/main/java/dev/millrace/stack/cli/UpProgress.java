package dev.millrace.stack.cli;

import dev.millrace.stack.Part;
import dev.millrace.stack.StackListener;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says on the terminal what happens to the parts. */
final class UpProgress implements StackListener {
    private final Terminal terminal;
    private final int parts;
    private final Set<Part> starting = new ConcurrentSkipListSet<>();
    private final Set<Part> ready = new ConcurrentSkipListSet<>();

    UpProgress(Terminal terminal, int parts) {
        this.terminal = terminal;
        this.parts = parts;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1_000.0);
    }

    @Override
    public void leftoverEnded(String name) {
        terminal.line("ended %s, which a killed stack had left behind".formatted(name));
    }

    @Override
    public void starting(Part part) {
        starting.add(part);
        terminal.line("starting " + part.id());
    }

    @Override
    public void ready(Part part, Duration after) {
        starting.remove(part);
        ready.add(part);
        terminal.line("%s is ready after %s (%d of %d)".formatted(part.id(), seconds(after), ready.size(), parts));
    }

    /**
     * Says what is still starting, if anything is; called now and then while a person waits.
     *
     * @param whyNotReady what a part waits for, or empty
     */
    void stillStarting(Function<Part, String> whyNotReady) {
        if (!starting.isEmpty()) {
            terminal.line("still starting: "
                    + starting.stream()
                            .map(part -> part.id() + inBrackets(whyNotReady.apply(part)))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String inBrackets(String reason) {
        return reason.isEmpty() ? "" : " (waits for " + reason + ")";
    }

    @Override
    public void restarting(Part part, int exitCode, Duration pause) {
        ready.remove(part);
        terminal.line(
                "%s died with exit code %d; it is started again in %s".formatted(part.id(), exitCode, seconds(pause)));
    }

    @Override
    public void stopping() {
        terminal.line("stopping");
    }

    @Override
    public void stopped() {
        terminal.line("everything is stopped");
    }
}
