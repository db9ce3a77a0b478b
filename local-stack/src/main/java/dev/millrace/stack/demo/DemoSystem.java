package dev.millrace.stack.demo;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import dev.millrace.stack.RunningStack;
import dev.millrace.stack.StackLog;
import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The system that a demonstration plays with: one that runs already, or one of its own, on free ports and in a temporary
 * directory, which goes with it. Close it.
 */
public final class DemoSystem implements AutoCloseable {
    private static final Duration PART_LIMIT = Duration.ofSeconds(60);

    private final Ports ports;
    private final PartsHttp http;
    private final Map<String, String> environment;
    private final Killer killer;
    private final Runnable ending;

    @FunctionalInterface
    private interface Killer {
        long kill(Part part);
    }

    private DemoSystem(Ports ports, Map<String, String> environment, Killer killer, Runnable ending) {
        this.ports = ports;
        this.http = new PartsHttp(ports);
        this.environment = environment;
        this.killer = killer;
        this.ending = ending;
    }

    /**
     * The system that runs on a data directory, or else the one on the ports that the environment names; empty if not all
     * of its parts are ready.
     *
     * @param killing whether its processes have to be known
     */
    public static Optional<DemoSystem> running(Path data, Map<String, String> environment, boolean killing)
            throws InterruptedException {
        Optional<RunningStack> stack = RunningStack.on(data);
        if (stack.isEmpty() && killing) {
            return Optional.empty();
        }
        Ports ports = stack.map(RunningStack::ports).orElseGet(() -> Ports.from(environment));
        var system = new DemoSystem(ports, environment, part -> kill(stack.orElseThrow(), part), () -> {});
        for (Part part : Part.values()) {
            if (part.isApplication() && !system.isReady(part)) {
                return Optional.empty();
            }
        }
        return Optional.of(system);
    }

    private static long kill(RunningStack stack, Part part) {
        return stack.kill(part)
                .orElseThrow(() -> new DemoFailure(part.id() + " does not run, so it cannot be killed."));
    }

    /**
     * One of its own, ready when this returns.
     *
     * @throws StartFailure if it does not come up; its logs are kept then
     */
    public static DemoSystem own(Map<String, String> environment) throws InterruptedException {
        Path directory;
        try {
            directory = Files.createTempDirectory("millrace-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Ports ports = Ports.free();
        LocalStack stack = LocalStack.builder()
                .data(directory)
                .ports(ports)
                .environment(environment)
                // What is said of others' places in the environment is not meant for this one.
                .environment("BROKER_DATA_DIR", directory.resolve("broker").toString())
                .environment("HTTP_HOST", "127.0.0.1")
                .supervised(true)
                .log(StackLog.toFiles(directory.resolve("logs")))
                .build();
        try {
            stack.start();
        } catch (StartFailure failure) {
            stack.close();
            throw new StartFailure(
                    failure.getMessage() + " The logs are in " + directory.resolve("logs") + ".", failure);
        } catch (RuntimeException | InterruptedException e) {
            stack.close();
            delete(directory);
            throw e;
        }
        Killer killer = part -> {
            long pid = stack.pid(part);
            stack.crash(part);
            return pid;
        };
        return new DemoSystem(ports, environment, killer, () -> {
            stack.close();
            delete(directory);
        });
    }

    private static void delete(Path directory) {
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its HTTP interfaces. */
    PartsHttp http() {
        return http;
    }

    /** The number of this port. */
    int port(Port port) {
        return ports.number(port);
    }

    /** Who an AMQP client says that it is; null: nobody in particular. */
    String amqpUser() {
        return environment.get("BROKER_USER");
    }

    /** What it proves that with; null: nothing. */
    String amqpPassword() {
        return environment.get("BROKER_PASSWORD");
    }

    /** Whether a part says that it is ready. */
    boolean isReady(Part part) throws InterruptedException {
        try {
            return http.get(part.httpPort().orElseThrow(), "/q/health/ready").status() == 200;
        } catch (PartsHttp.NoAnswerException e) {
            return false;
        }
    }

    /** SIGKILL for a part, which the stack then starts again; returns the process id that it had. */
    long kill(Part part) {
        return killer.kill(part);
    }

    /** Waits until the part is ready. */
    void awaitReady(Part part) throws InterruptedException {
        Waiting.until(part.id() + " is ready again", PART_LIMIT, () -> isReady(part));
    }

    /** Where its orders are taken, for the person at the terminal. */
    public String orderUrl() {
        return "http://localhost:" + ports.number(Port.ORDER_HTTP);
    }

    /** Stops it if it is the demonstration's own. */
    @Override
    public void close() {
        ending.run();
    }
}
