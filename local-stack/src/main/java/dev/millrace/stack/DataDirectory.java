package dev.millrace.stack;

import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where one stack keeps its state. Held by an exclusive lock as long as the stack lives: the system gives it up with the
 * process, however that ends. Layout: {@code postgres/}, {@code broker/}, {@code processes/} (what is running),
 * {@code stack.lock}, {@code stack.pid} (who holds the lock), {@code stack.ports} (where that one's parts are).
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "stack.lock";
    private static final String OWNER = "stack.pid";
    private static final String PORTS = "stack.ports";
    private static final String PROCESSES = "processes";
    private static final Set<String> OWN_NAMES =
            Set.of("postgres", "postgres.new", "broker", PROCESSES, "logs", LOCK, OWNER, PORTS);

    private final Path directory;
    private final FileChannel lockFile;

    private DataDirectory(Path directory, FileChannel lockFile) {
        this.directory = directory;
        this.lockFile = lockFile;
    }

    /**
     * Makes it if it is missing and takes its lock.
     *
     * @throws StartFailure if another stack uses it, or it holds other people's files, or it cannot be written
     */
    static DataDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            refuseForeignFiles(directory);
            FileChannel lockFile =
                    FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(lockFile)) {
                lockFile.close();
                throw new StartFailure("%s is in use by another stack%s: stop that one, or choose another with --data."
                        .formatted(directory, owner(directory)));
            }
            Files.writeString(
                    directory.resolve(OWNER),
                    Long.toString(ProcessHandle.current().pid()));
            return new DataDirectory(directory, lockFile);
        } catch (IOException e) {
            throw new StartFailure(
                    "The data directory %s cannot be used (%s): make it writable or choose another with --data."
                            .formatted(directory, e),
                    e);
        }
    }

    Path postgres() {
        return directory.resolve("postgres");
    }

    Path broker() {
        return directory.resolve("broker");
    }

    Path processes() {
        return processes(directory);
    }

    /** Where the process ids of the stack are that runs on this directory. */
    static Path processes(Path directory) {
        return directory.resolve(PROCESSES);
    }

    /** Notes where the parts of the stack that holds this are. */
    void note(Ports ports) {
        try {
            Files.write(
                    directory.resolve(PORTS),
                    ports.toEnvironment().entrySet().stream()
                            .map(port -> port.getKey() + "=" + port.getValue())
                            .sorted()
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ports of the stack that runs on this directory now; empty if none does. */
    static Optional<Ports> portsOfRunningStack(Path directory) {
        Path ports = directory.resolve(PORTS);
        if (!Files.exists(ports) || !isHeld(directory.resolve(LOCK))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Ports.from(Files.readAllLines(ports).stream()
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]))));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // stopped in this very moment
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isHeld(Path lock) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return !locked(channel); // closing gives up what was not held
        } catch (IOException e) {
            return false;
        }
    }

    /** Deletes the state of these parts; only when none of them runs. */
    void empty(Set<Part> parts) {
        try {
            if (parts.contains(Part.POSTGRES)) {
                DirectoryTree.delete(postgres());
            }
            if (parts.contains(Part.BROKER)) {
                DirectoryTree.delete(broker());
            }
        } catch (IOException e) {
            throw new StartFailure(
                    "The data directory %s could not be emptied (%s): delete it by hand.".formatted(directory, e), e);
        }
    }

    /** Gives up the lock; the data stays. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(directory.resolve(OWNER));
            Files.deleteIfExists(directory.resolve(PORTS));
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean locked(FileChannel lockFile) throws IOException {
        try {
            FileLock lock = lockFile.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by a stack in this very process
        }
    }

    private static String owner(Path directory) throws IOException {
        Path owner = directory.resolve(OWNER);
        return Files.exists(owner) ? " (process " + Files.readString(owner).strip() + ")" : "";
    }

    /** So that {@code --data ~} does not spread our files among others', nor {@code --fresh} delete them. */
    private static void refuseForeignFiles(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!OWN_NAMES.contains(name) && !name.startsWith(".")) {
                    throw new StartFailure(
                            "%s holds files that are not Millrace's (%s): choose an empty directory with --data."
                                    .formatted(directory, name));
                }
            }
        }
    }
}
