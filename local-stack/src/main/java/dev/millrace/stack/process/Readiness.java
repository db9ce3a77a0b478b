package dev.millrace.stack.process;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a process that was just started: until it is ready, dead, or too late. */
public final class Readiness {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private Readiness() {}

    /**
     * @param process the one that is starting
     * @param probe asks it once whether it is ready; must answer within a second or so
     * @param whyNot what it waits for by its own word, or empty
     * @param limit for the whole wait
     * @throws StartFailure if it died or the limit is over; the sentence carries its last line
     * @throws InterruptedException if this thread is interrupted
     */
    public static void await(ChildProcess process, BooleanSupplier probe, Supplier<String> whyNot, Duration limit)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Duration pause = FIRST_PAUSE;
        while (!probe.getAsBoolean()) {
            if (process.awaitExit(pause)) {
                throw diedWhileStarting(process);
            }
            if (System.nanoTime() > deadline) {
                throw tooLate(process, whyNot.get(), limit);
            }
            // Often in the beginning, when it may be ready any moment; then without taking time from the others.
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static StartFailure tooLate(ChildProcess process, String whyNot, Duration limit) {
        String reason = whyNot.isEmpty() ? lastWords(process) : " (it waits for " + whyNot + ")";
        return new StartFailure("%s was not ready after %d s%s: see its log lines for what it waits for."
                .formatted(process.name(), limit.toSeconds(), reason));
    }

    private static StartFailure diedWhileStarting(ChildProcess process) {
        int exitCode = process.onExit().join();
        return new StartFailure("%s ended with exit code %d while it was starting%s: see its log lines for the reason."
                .formatted(process.name(), exitCode, lastWords(process)));
    }

    /** Its last line that is no stack frame, in brackets with a space in front; empty if it said nothing. */
    public static String lastWords(ChildProcess process) {
        List<String> lines = process.lastLines().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat ") && !line.startsWith("\t... "))
                .toList();
        return lines.isEmpty() ? "" : " (its last line: \"" + lines.getLast().strip() + "\")";
    }
}
