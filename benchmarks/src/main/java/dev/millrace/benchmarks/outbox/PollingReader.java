package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.peer.JavaPeerProcess;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Port;
import dev.millrace.stack.postgres.ServiceDatabase;
import dev.millrace.stack.process.FreePorts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A {@link PollingOutbox} as a process with the same heap, collector and compiler as the relay. */
public final class PollingReader implements OutboxReader {
    /** As many as the relay takes at once. */
    public static final int BATCH = 2_048;

    private final int port = FreePorts.one();
    private final Control control = new Control(URI.create("http://127.0.0.1:" + port));
    private final Duration interval;
    private final int batch;
    private final JavaPeerProcess process;

    /**
     * @param databases whose outboxes it reads; they need not be there yet
     * @param interval from one look to the next, when there was less than a whole batch
     * @param batch events in a transaction at most
     * @param compiler the flag that chooses the JVM's compiler
     * @param directory where it runs
     */
    public PollingReader(
            LocalStack stack,
            Collection<ServiceDatabase> databases,
            Duration interval,
            int batch,
            String compiler,
            Path directory) {
        this.interval = interval;
        this.batch = batch;
        var arguments = new ArrayList<>(List.of(
                PollingOutbox.class.getName(),
                Integer.toString(port),
                Long.toString(interval.toMillis()),
                Integer.toString(batch),
                Integer.toString(stack.port(Port.BROKER_AMQP))));
        for (ServiceDatabase database : databases) {
            arguments.add(stack.jdbcUrl(database));
            arguments.add(stack.postgres().username(database));
            arguments.add(stack.postgres().password(database));
        }
        process = new JavaPeerProcess(
                "polling-outbox",
                List.of("-Xms64m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:-UsePerfData", compiler),
                JavaPeerProcess.ownClassPath(),
                arguments,
                port,
                directory);
    }

    @Override
    public String name() {
        return "polling";
    }

    @Override
    public String settings() {
        return ("SELECT ... FOR UPDATE SKIP LOCKED every %d ms, at most %d rows, sent pipelined, DELETE, COMMIT;"
                        + " at once again after a whole batch")
                .formatted(interval.toMillis(), batch);
    }

    @Override
    public void start() throws InterruptedException {
        process.start();
    }

    @Override
    public void pause() throws InterruptedException {
        control.post("/pause");
    }

    @Override
    public void resume() throws InterruptedException {
        control.post("/resume");
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.stop();
    }
}
