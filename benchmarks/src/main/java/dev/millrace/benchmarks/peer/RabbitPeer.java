package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.RabbitTraffic;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** RabbitMQ as Debian packages it, if it is installed; apart from a service of the same name that may run. */
public final class RabbitPeer implements Peer {
    /** As the {@code broker} command names it. */
    public static final String NAME = "rabbitmq";

    private static final Path INSTALLED = Path.of("/usr/lib/rabbitmq");
    private static final Path SERVER = INSTALLED.resolve("bin/rabbitmq-server");
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final int port = FreePorts.one();
    private Map<String, String> environment;
    private Path directory;
    private ChildProcess portMapper;
    private ChildProcess process;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> missing() {
        return Files.isExecutable(SERVER)
                ? Optional.empty()
                : Optional.of("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server)");
    }

    @Override
    public String settings() {
        return version() + ", quorum queues, AMQP 0.9.1 by its own client with publisher confirms";
    }

    private static String version() {
        try (Stream<Path> libraries = Files.list(INSTALLED.resolve("lib"))) {
            return libraries
                    .map(library -> library.getFileName().toString())
                    .filter(library -> library.startsWith("rabbitmq_server-"))
                    .map(library -> library.replace("rabbitmq_server-", "RabbitMQ "))
                    .findFirst()
                    .orElse("RabbitMQ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start(Path directory) throws InterruptedException {
        this.directory = directory;
        List<Integer> ports = FreePorts.several(2);
        environment = new HashMap<>();
        environment.put("HOME", directory.toString()); // for the cookie that its own nodes share
        environment.put("ERL_EPMD_PORT", ports.get(0).toString());
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_DIST_PORT", ports.get(1).toString());
        environment.put("RABBITMQ_NODENAME", "bench@localhost");
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
        environment.put(
                "RABBITMQ_CONF_ENV_FILE",
                directory.resolve("no-environment.conf").toString());
        environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq").toString());
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.toString());
        environment.put("RABBITMQ_LOGS", "-");
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("plugins").toString());
        // Ours, because the one that Erlang would start by itself outlives it.
        portMapper =
                ChildProcess.start(ProcessSpec.of("epmd", List.of("epmd"), environment, directory), LineSink.NOWHERE);
        startServer();
    }

    private Duration startServer() throws InterruptedException {
        long before = System.nanoTime();
        process = ChildProcess.start(
                ProcessSpec.of(NAME, List.of(SERVER.toString()), environment, directory), LineSink.NOWHERE);
        Readiness.await(process, this::isReady, () -> "", START_LIMIT);
        return Duration.ofNanos(System.nanoTime() - before);
    }

    /** It listens before its virtual host is there, so only a client that is let in proves it. */
    private boolean isReady() {
        return JavaPeerProcess.answers(port)
                && process.lastLines().stream().anyMatch(line -> line.contains("Server startup complete"));
    }

    @Override
    public Duration killAndStart() throws InterruptedException {
        erlang().ifPresent(ProcessHandle::destroyForcibly);
        process.kill();
        return startServer();
    }

    @Override
    public Traffic connect(Workload workload, Meter meter) throws InterruptedException {
        return RabbitTraffic.connect(port, workload, meter);
    }

    /** The Erlang machine, not the shell script around it. */
    @Override
    public long pid() {
        return erlang().map(ProcessHandle::pid).orElse(process.pid());
    }

    private Optional<ProcessHandle> erlang() {
        return ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(each -> each.info().command().orElse("").endsWith("beam.smp"))
                .findFirst();
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            process.stop(STOP_LIMIT);
        }
        if (portMapper != null && portMapper.isAlive()) {
            portMapper.close();
        }
    }
}
