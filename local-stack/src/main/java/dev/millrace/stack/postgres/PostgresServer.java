package dev.millrace.stack.postgres;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ManagedProcess;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL 18 server of our own: {@code wal_level=logical}, loopback only, one database and role per service (see
 * {@link ServiceDatabase}), data in a directory that survives. Works as root too.
 *
 * <p>For tests: {@code try (var postgres = PostgresServer.temporary()) { postgres.jdbcUrl(ORDER) … }}.
 */
public final class PostgresServer implements ManagedProcess, AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(5);
    private static final String HOST = "127.0.0.1";
    /** SQL states that mean "not yet". */
    private static final String CONNECTION_FAILED = "08";

    private static final String STARTING_UP = "57P03";

    private final Path directory;
    private final int port;
    private final Map<ServiceDatabase, String> passwords;
    private final LineSink log;
    private final boolean temporary;
    private volatile ChildProcess process;
    private volatile boolean listening;
    private String superuserPassword;

    private PostgresServer(
            Path directory, int port, Map<ServiceDatabase, String> passwords, LineSink log, boolean temporary) {
        this.directory = directory.toAbsolutePath();
        this.port = port;
        this.passwords = new EnumMap<>(passwords);
        this.log = log;
        this.temporary = temporary;
    }

    /**
     * Describes a server without starting it.
     *
     * @param directory its data directory, made at the first start
     * @param port on 127.0.0.1
     * @param environment where passwords of the roles are looked up
     * @param log takes the server's log lines
     */
    public static PostgresServer in(Path directory, int port, Map<String, String> environment, LineSink log) {
        return new PostgresServer(directory, port, passwords(environment), log, false);
    }

    /** Starts a server with default passwords on the given directory and port, and waits until it is ready. */
    public static PostgresServer start(Path directory, int port) {
        return started(in(directory, port, Map.of(), LineSink.NOWHERE));
    }

    /** Starts a server on a free port in a temporary directory, which goes when it is closed. */
    public static PostgresServer temporary() {
        try {
            Path directory = Files.createTempDirectory("millrace-postgres-").resolve("data");
            return started(new PostgresServer(directory, FreePorts.one(), passwords(Map.of()), LineSink.NOWHERE, true));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PostgresServer started(PostgresServer server) {
        server.start();
        server.awaitReadyOrClose();
        return server;
    }

    private static Map<ServiceDatabase, String> passwords(Map<String, String> environment) {
        var passwords = new EnumMap<ServiceDatabase, String>(ServiceDatabase.class);
        for (ServiceDatabase database : ServiceDatabase.values()) {
            passwords.put(database, database.password(environment));
        }
        return passwords;
    }

    @Override
    public String name() {
        return "postgres";
    }

    /** {@code 127.0.0.1}. */
    public String host() {
        return HOST;
    }

    /** TCP port on {@link #host()}. */
    public int port() {
        return port;
    }

    /** URL of a service's database; user and password are {@link #username} and {@link #password}. */
    public String jdbcUrl(ServiceDatabase database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(HOST, port, database.databaseName());
    }

    /** The service's role. */
    public String username(ServiceDatabase database) {
        return database.databaseName();
    }

    /** The role's password. */
    public String password(ServiceDatabase database) {
        return passwords.get(database);
    }

    /** A new connection as the service's own role; the caller closes it. */
    public Connection connect(ServiceDatabase database) throws SQLException {
        return connection(database.databaseName(), username(database), password(database));
    }

    /** A new connection as superuser, for a look into the system's tables; the caller closes it. */
    public Connection connectAsSuperuser(String databaseName) throws SQLException {
        return connection(databaseName, ClusterDirectory.SUPERUSER, superuserPassword);
    }

    @Override
    public synchronized void start() {
        if (isAlive()) {
            throw new IllegalStateException("PostgreSQL runs already as process " + process.pid());
        }
        Path binaries = PostgresBinaries.unpacked();
        var cluster = new ClusterDirectory(directory, binaries);
        cluster.prepare();
        superuserPassword = cluster.superuserPassword();
        var command = new ArrayList<String>();
        command.add(binaries.resolve("bin/postgres").toString());
        command.addAll(List.of("-D", directory.toString()));
        command.addAll(ServerOptions.arguments(port));
        var spec = ProcessSpec.of(name(), command, Map.of(), directory).withoutPrivileges();
        listening = false;
        process = ChildProcess.start(spec, this::take);
    }

    @Override
    public void awaitReady(Duration limit) throws InterruptedException {
        Readiness.await(process, this::provisioned, () -> "", limit);
    }

    @Override
    public synchronized void stop() {
        if (isAlive()) {
            process.interrupt(ChildProcess.STOP_LIMIT); // "fast": does not wait for clients to leave, as SIGTERM would
        }
    }

    @Override
    public synchronized void kill() {
        if (!isAlive()) {
            return;
        }
        List<ProcessHandle> backends = ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .toList();
        process.kill();
        // They notice by themselves; a new server refuses to start as long as one of the old is there.
        long deadline = System.nanoTime() + ORPHAN_LIMIT.toNanos();
        for (ProcessHandle backend : backends) {
            long left = deadline - System.nanoTime();
            backend.onExit()
                    .completeOnTimeout(backend, left, TimeUnit.NANOSECONDS)
                    .join();
            backend.destroyForcibly();
        }
    }

    /** Stops it if it runs, starts it, and waits until it is ready. */
    public void restart() {
        stop();
        start();
        awaitReadyOrClose();
    }

    /** Stops it, and deletes its directory if that is a temporary one. */
    @Override
    public void close() {
        stop();
        if (temporary) {
            try {
                DirectoryTree.delete(directory.getParent());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public ChildProcess process() {
        return process;
    }

    private void awaitReadyOrClose() {
        try {
            awaitReady(START_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new StartFailure("PostgreSQL was not started because the start was interrupted.", e);
        } catch (StartFailure e) {
            close();
            throw e;
        }
    }

    /** Knocking before it says so would put a FATAL line into its log. */
    private void take(String line) {
        if (line.endsWith("database system is ready to accept connections")) {
            listening = true;
        }
        log.line(line);
    }

    private boolean provisioned() {
        if (!listening) {
            return false;
        }
        try (Connection superuser = connectAsSuperuser("postgres")) {
            ServiceRoles.provide(superuser, passwords);
            return true;
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && (state.startsWith(CONNECTION_FAILED) || state.equals(STARTING_UP))) {
                return false;
            }
            throw new StartFailure(
                    "PostgreSQL on port %d refused to be set up (%s): start with --fresh if the data in %s may go."
                            .formatted(port, e.getMessage(), directory),
                    e);
        }
    }

    private Connection connection(String databaseName, String user, String password) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HOST});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(databaseName);
        source.setConnectTimeout(5);
        return source.getConnection(user, password);
    }
}
