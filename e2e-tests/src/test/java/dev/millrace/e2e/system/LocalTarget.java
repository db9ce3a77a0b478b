package dev.millrace.e2e.system;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.Port;
import dev.millrace.stack.StackLog;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A stack of the tests' own, started empty; its data and logs stay in {@code target} to be looked at afterwards. */
final class LocalTarget implements Target {
    /** Long enough for a restart of a part, short enough for a test to wait for it. */
    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(20);

    private static final Path DIRECTORY = Path.of("target", "e2e").toAbsolutePath();
    private static final Path LOGS = DIRECTORY.resolve("logs");

    private final LocalStack stack;

    private LocalTarget(LocalStack stack) {
        this.stack = stack;
    }

    static LocalTarget start() throws InterruptedException {
        LocalStack stack = LocalStack.builder()
                .data(DIRECTORY.resolve("data"))
                .fresh(true)
                .environment("ORDER_TIMEOUT", ORDER_TIMEOUT.toString())
                .log(StackLog.toFiles(LOGS))
                .build();
        try {
            stack.start();
        } catch (RuntimeException | InterruptedException e) {
            stack.close();
            throw e;
        }
        return new LocalTarget(stack);
    }

    @Override
    public URI url(Part part) {
        return stack.baseUrl(part);
    }

    @Override
    public AmqpEndpoint amqp() {
        return new AmqpEndpoint("127.0.0.1", stack.port(Port.BROKER_AMQP), null, null);
    }

    @Override
    public Duration orderTimeout() {
        return ORDER_TIMEOUT;
    }

    @Override
    public boolean allowsFaults() {
        return true;
    }

    @Override
    public void kill(Part part) {
        stack.kill(part);
    }

    @Override
    public void stop(Part part) {
        stack.stop(part);
    }

    @Override
    public void start(Part part) throws InterruptedException {
        if (!stack.isAlive(part)) {
            stack.start(part);
        }
    }

    @Override
    public boolean isFresh() {
        return true;
    }

    /** Where a part's log lines are. */
    Path log(Part part) {
        return LOGS.resolve(part.id() + ".log");
    }

    @Override
    public String logs() {
        return LOGS.toString();
    }

    @Override
    public void close() {
        stack.close();
    }
}
