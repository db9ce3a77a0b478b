package dev.millrace.stack.postgres;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * PostgreSQL's data directory on disk. It is made aside and renamed when it is whole, so a directory of this name is
 * always a complete one, whenever the machine or this process was killed.
 */
final class ClusterDirectory {
    static final String SUPERUSER = "postgres";
    private static final String PASSWORD_FILE = "superuser.password";
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);

    private final Path directory;
    private final Path binaries;

    ClusterDirectory(Path directory, Path binaries) {
        this.directory = directory;
        this.binaries = binaries;
    }

    /** Makes the directory if it is missing, checks it and takes away what a killed server left in it. */
    void prepare() {
        try {
            if (!Files.isDirectory(directory)) {
                create();
            }
            checkVersion();
            removeStaleLock();
        } catch (IOException e) {
            throw new StartFailure(
                    "PostgreSQL's data directory %s cannot be used (%s): make it writable or choose another with --data."
                            .formatted(directory, e),
                    e);
        }
    }

    Path path() {
        return directory;
    }

    String superuserPassword() {
        try {
            return Files.readString(directory.resolve(PASSWORD_FILE));
        } catch (IOException e) {
            throw new StartFailure(
                    "The file %s in PostgreSQL's data directory %s cannot be read: start with --fresh."
                            .formatted(PASSWORD_FILE, directory),
                    e);
        }
    }

    private void create() throws IOException {
        Path aside = directory.resolveSibling(directory.getFileName() + ".new");
        DirectoryTree.delete(aside);
        Files.createDirectories(directory.getParent());
        Path password = Files.createTempFile(
                directory.getParent(),
                PASSWORD_FILE,
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(password, new BigInteger(128, new SecureRandom()).toString(Character.MAX_RADIX));
            initdb(aside, password);
            Files.move(password, aside.resolve(PASSWORD_FILE), StandardCopyOption.ATOMIC_MOVE);
            Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(password);
        }
    }

    private void initdb(Path target, Path passwordFile) {
        // The built-in locale provider sorts the same everywhere and does not need the system's locales.
        var command = List.of(
                binaries.resolve("bin/initdb").toString(),
                "--pgdata=" + target,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
        var spec = ProcessSpec.of("postgres (initdb)", command, Map.of(), directory.getParent())
                .withoutPrivileges();
        ChildProcess initdb = ChildProcess.start(spec, LineSink.NOWHERE);
        try {
            if (!initdb.awaitExit(INITDB_LIMIT) || initdb.onExit().join() != 0) {
                initdb.kill();
                throw new StartFailure("PostgreSQL's data directory %s could not be made: initdb said \"%s\"."
                        .formatted(
                                directory, String.join(" ", initdb.lastLines()).strip()));
            }
        } catch (InterruptedException e) {
            initdb.kill();
            Thread.currentThread().interrupt();
            throw new StartFailure("PostgreSQL was not started because the start was interrupted.", e);
        }
    }

    private void checkVersion() throws IOException {
        Path versionFile = directory.resolve("PG_VERSION");
        if (!Files.exists(versionFile)) {
            throw new StartFailure(
                    "%s is not a PostgreSQL data directory: choose another with --data or start with --fresh."
                            .formatted(directory));
        }
        String version = Files.readString(versionFile).strip();
        if (!version.equals(PostgresBinaries.MAJOR_VERSION)) {
            throw new StartFailure(
                    "%s was made by PostgreSQL %s and this is %s: choose another with --data or start with --fresh."
                            .formatted(directory, version, PostgresBinaries.MAJOR_VERSION));
        }
    }

    /**
     * PostgreSQL itself ignores the lock of a dead process, but not one whose process id now belongs to something else,
     * which happens after a restart of the machine or of a container.
     */
    private void removeStaleLock() throws IOException {
        Path lock = directory.resolve("postmaster.pid");
        if (!Files.exists(lock)) {
            return;
        }
        List<String> lines = Files.readAllLines(lock);
        if (lines.isEmpty() || !belongsToPostgres(lines.getFirst().strip())) {
            Files.deleteIfExists(lock);
        }
    }

    private static boolean belongsToPostgres(String processId) {
        return ProcessHandle.of(Long.parseLong(processId))
                .filter(ProcessHandle::isAlive)
                .map(process -> process.info().command().orElse("postgres"))
                .filter(command -> command.contains("postgres"))
                .isPresent();
    }
}
