package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.load.AmqpTraffic;
import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import dev.millrace.stack.process.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The {@link AcceptOnlyServer} in a process of its own. */
public final class AcceptOnlyPeer implements Peer {
    /** As the {@code broker} command names it. */
    public static final String NAME = "accept-only";

    private final int port = FreePorts.one();
    private JavaPeerProcess process;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String settings() {
        return "vertx-proton server that accepts and drops: the ceiling of these clients; java "
                + String.join(" ", ProcessFlags.of(pid()));
    }

    @Override
    public void start(Path directory) throws InterruptedException {
        process = new JavaPeerProcess(
                NAME,
                List.of("-Xmx512m", "-XX:+UseSerialGC"),
                JavaPeerProcess.ownClassPath(),
                List.of(AcceptOnlyServer.class.getName(), Integer.toString(port)),
                port,
                directory);
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
    public boolean canTake(Workload workload) {
        return workload.consumers() == 0 && workload.isPlain();
    }

    @Override
    public boolean isSlowedByBacklog() {
        return false;
    }

    @Override
    public void close() {
        if (process != null) {
            process.stop();
        }
    }
}
