package dev.millrace.benchmarks.broker;

import dev.millrace.stack.ProjectHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a scenario prints, kept so that it can be written to a file as well. */
public final class Report {
    /** Above this, others use the machine too. */
    private static final double QUIET_LOAD = 0.5;

    private final StringBuilder text = new StringBuilder();

    /** Prints and keeps a line. */
    public void line(String format, Object... arguments) {
        String line = arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments);
        System.out.println(line);
        text.append(line).append('\n');
    }

    /** Prints and keeps several lines. */
    public void block(String lines) {
        lines.lines().forEach(this::line);
    }

    /** Prints a line that is of interest only while the run goes on. */
    public static void progress(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, "  " + format + "%n", arguments);
    }

    /** Says how busy the machine is before anything is started, with a warning if it is not quiet. */
    public void load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        line(
                "load average before the start: %.2f%s",
                load, load > QUIET_LOAD ? " (others use this machine: expect noise)" : "");
    }

    /** Writes everything so far to {@code docs/benchmarks/raw/<name>.txt}. */
    public void save(String name) {
        Path file =
                ProjectHome.find().directory().resolve("docs/benchmarks/raw").resolve(name + ".txt");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            System.out.println("saved as " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
