package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.Machine;
import dev.millrace.benchmarks.load.AmqpTraffic;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.process.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Apache Artemis, embedded in a JVM of its own, its journal synced; its configuration is {@code artemis-broker.xml}. */
public final class ArtemisPeer implements Peer {
    /** As the {@code broker} command names it. */
    public static final String NAME = "artemis";

    private static final String MAIN = "org.apache.activemq.artemis.core.server.embedded.Main";

    /** Its default, for a journal whose disk was not measured. */
    private static final long LONGEST_TIMEOUT_NANOS = 3_333_333;

    /** Heap and collector as in the profile that its own {@code artemis create} writes. */
    private static final List<String> FLAGS = List.of(
            "-Xms512m",
            "-Xmx2g",
            "-XX:+UseG1GC",
            "-XX:+UseStringDeduplication",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final int port = FreePorts.one();
    private long bufferTimeoutNanos;
    private JavaPeerProcess process;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String settings() {
        return "Artemis 2.55.0, AMQP, NIO journal synced for transactional and non-transactional writes, buffer time-out "
                + TimeUnit.NANOSECONDS.toMicros(bufferTimeoutNanos) + " us; java "
                + String.join(" ", ProcessFlags.of(pid()));
    }

    @Override
    public void start(Path directory) throws InterruptedException {
        String classPath = PeerJars.classPath(NAME);
        bufferTimeoutNanos = Math.clamp((long) (Machine.syncMillis(directory, 10) * 1e6), 1, LONGEST_TIMEOUT_NANOS);
        try (InputStream template = ArtemisPeer.class.getResourceAsStream("artemis-broker.xml")) {
            String configuration = new String(template.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@buffer-timeout@", Long.toString(bufferTimeoutNanos))
                    .replace("@port@", Integer.toString(port))
                    .replace("@data@", directory.resolve("data").toString());
            Path etc = Files.createDirectories(directory.resolve("etc"));
            Files.writeString(etc.resolve("broker.xml"), configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = new JavaPeerProcess(NAME, FLAGS, classPath, List.of(MAIN, directory.toString()), port, directory);
        process.start();
    }

    @Override
    public Duration killAndStart() throws InterruptedException {
        return process.killAndStart();
    }

    @Override
    public Traffic connect(Workload workload, Meter meter) throws InterruptedException {
        return AmqpTraffic.connect("127.0.0.1", port, workload, meter);
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
    }
}
