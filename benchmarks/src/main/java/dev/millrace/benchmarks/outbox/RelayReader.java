package dev.millrace.benchmarks.outbox;

import dev.millrace.benchmarks.MeasurementFailure;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import java.time.Duration;

/** outbox-relay as the stack starts it: change data capture. */
final class RelayReader implements OutboxReader {
    private static final String SOURCE = "order";
    private static final Duration PAUSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final LocalStack stack;
    private final Control control;

    RelayReader(LocalStack stack) {
        this.stack = stack;
        this.control = new Control(stack.baseUrl(Part.RELAY));
    }

    @Override
    public String name() {
        return "relay";
    }

    @Override
    public String settings() {
        return "outbox-relay as the stack starts it: write-ahead log, position stored after each batch, rows kept";
    }

    @Override
    public void start() throws InterruptedException {
        stack.start(Part.RELAY);
    }

    @Override
    public void pause() throws InterruptedException {
        control.post("/relay/" + SOURCE + "/pause");
        long deadline = System.nanoTime() + PAUSE_LIMIT.toNanos();
        while (!control.get("/relay").contains("PAUSED")) {
            if (System.nanoTime() > deadline) {
                throw new MeasurementFailure("The relay does not pause within " + PAUSE_LIMIT + ".", null);
            }
            Thread.sleep(LOOK);
        }
    }

    @Override
    public void resume() throws InterruptedException {
        control.post("/relay/" + SOURCE + "/resume");
    }

    @Override
    public long pid() {
        return stack.pid(Part.RELAY);
    }

    @Override
    public void close() {
        stack.stop(Part.RELAY);
    }
}
