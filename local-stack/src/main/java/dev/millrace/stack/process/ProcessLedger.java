package dev.millrace.stack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Remembers on disk which processes were started, one file {@code <name>.pid} each, so that the next start can end what
 * a killed one left behind. A process counts as the remembered one only if its id <em>and</em> its start time agree:
 * ids are used again.
 */
public final class ProcessLedger {
    private static final String SUFFIX = ".pid";
    private static final Duration START_TIME_TOLERANCE = Duration.ofSeconds(2);

    private final Path directory;

    /** @param directory created if missing */
    public ProcessLedger(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartFailure(
                    "The directory %s cannot be created (%s): choose another with --data."
                            .formatted(directory, e.getMessage()),
                    e);
        }
    }

    /** Remembers a process that was just started. */
    public void started(ChildProcess process) {
        try {
            String startedAt = ProcessHandle.of(process.pid())
                    .flatMap(handle -> handle.info().startInstant())
                    .orElse(Instant.now())
                    .toString();
            Files.writeString(fileOf(process.name()), process.pid() + "\n" + startedAt + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets a process that has ended. */
    public void ended(String name) {
        try {
            Files.deleteIfExists(fileOf(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The remembered process of this name, if it runs. */
    public Optional<ProcessHandle> running(String name) {
        try {
            Path file = fileOf(name);
            return Files.exists(file) ? stillRunning(file) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it ended in this very moment
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Ends every remembered process that still runs, politely first.
     *
     * @param limit for the polite part, per process
     * @return the names of those that were still running
     */
    public List<String> endLeftovers(Duration limit) {
        var found = new ArrayList<String>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (Path file : files) {
                Optional<ProcessHandle> running = stillRunning(file);
                if (running.isPresent()) {
                    end(running.get(), limit);
                    found.add(file.getFileName().toString().replace(SUFFIX, ""));
                }
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Optional<ProcessHandle> stillRunning(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2) {
            return Optional.empty(); // cut off while it was written: the process was starting in that very moment
        }
        Instant startedAt = Instant.parse(lines.get(1));
        return ProcessHandle.of(Long.parseLong(lines.get(0)))
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info().command().isPresent()) // else dead, and nobody has asked how
                .filter(handle -> handle.info()
                        .startInstant()
                        .map(actual -> Duration.between(startedAt, actual).abs())
                        .filter(difference -> difference.compareTo(START_TIME_TOLERANCE) <= 0)
                        .isPresent());
    }

    private static void end(ProcessHandle process, Duration limit) {
        process.destroy();
        if (!ends(process, limit)) {
            process.destroyForcibly();
            ends(process, limit);
        }
    }

    private static boolean ends(ProcessHandle process, Duration limit) {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Path fileOf(String name) {
        return directory.resolve(name + SUFFIX);
    }
}
