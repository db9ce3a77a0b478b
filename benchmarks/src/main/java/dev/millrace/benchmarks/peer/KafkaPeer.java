package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.load.KafkaTraffic;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Apache Kafka, one node that is broker and controller, from its jars. */
public final class KafkaPeer implements Peer {
    /** As the {@code broker} command names it: with the settings that it comes with, which never sync. */
    public static final String NAME = "kafka";

    /** The same with a sync before each answer. */
    public static final String SYNCED = "kafka-flush-1";

    private static final String CLUSTER = "bWlsbHJhY2UtYmVuY2gtMQ";
    private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);

    /** As in its own start script. */
    private static final List<String> FLAGS = List.of(
            "-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35");

    private final boolean synced;
    private final int port = FreePorts.one();
    private JavaPeerProcess process;

    /** @param synced whether each produce request is synced before it is answered ({@code log.flush.interval.messages=1}) */
    public KafkaPeer(boolean synced) {
        this.synced = synced;
    }

    @Override
    public String name() {
        return synced ? SYNCED : NAME;
    }

    @Override
    public String settings() {
        return "Kafka 4.3.1, KRaft, its own client, acks=all, "
                + (synced ? "flush.messages=1 (a sync for each batch)" : "no sync (its default)")
                + "; java " + String.join(" ", ProcessFlags.of(pid()));
    }

    @Override
    public void start(Path directory) throws InterruptedException {
        String classPath = PeerJars.classPath(NAME);
        int controllerPort = FreePorts.one();
        String properties = """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=127.0.0.1:%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%s
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                %s
                """.formatted(
                        controllerPort,
                        port,
                        controllerPort,
                        port,
                        directory.resolve("data"),
                        synced ? "log.flush.interval.messages=1" : "");
        Path file = directory.resolve("server.properties");
        try {
            Files.writeString(file, properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        format(classPath, file, directory);
        process =
                new JavaPeerProcess(name(), FLAGS, classPath, List.of("kafka.Kafka", file.toString()), port, directory);
        process.start();
    }

    private static void format(String classPath, Path file, Path directory) throws InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-cp",
                classPath,
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                "-t",
                CLUSTER,
                "-c",
                file.toString());
        try (var tool = ChildProcess.start(
                ProcessSpec.of("Kafka's storage tool", command, Map.of(), directory), LineSink.NOWHERE)) {
            if (!tool.awaitExit(FORMAT_LIMIT) || tool.onExit().join() != 0) {
                throw new StartFailure("Kafka's directory %s could not be formatted%s: check the space on that disk."
                        .formatted(directory, Readiness.lastWords(tool)));
            }
        }
    }

    @Override
    public Duration killAndStart() throws InterruptedException {
        return process.killAndStart();
    }

    @Override
    public Traffic connect(Workload workload, Meter meter) throws InterruptedException {
        return KafkaTraffic.connect("127.0.0.1:" + port, workload, meter);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public boolean isSlowedByBacklog() {
        return false; // a log that is read from where the reader likes
    }

    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
    }
}
