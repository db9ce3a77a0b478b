package dev.millrace.stack;

import dev.millrace.stack.process.DirectoryTree;
import dev.millrace.stack.process.FreePorts;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged broker alone, for tests: on free ports, with its own data directory, ready when the factory method
 * returns. It can be killed and started again on the same ports and data.
 *
 * <p>{@code try (var broker = BrokerProcess.temporary()) { broker.amqpPort() … }}
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "127.0.0.1";

    private final ApplicationProcess application;
    private final int amqpPort;
    private final Path temporaryDirectory;

    private BrokerProcess(ApplicationProcess application, int amqpPort, Path temporaryDirectory) {
        this.application = application;
        this.amqpPort = amqpPort;
        this.temporaryDirectory = temporaryDirectory;
    }

    /** Starts it with a temporary data directory, which goes when it is closed. */
    public static BrokerProcess temporary() {
        return temporary(Map.of(), LineSink.NOWHERE);
    }

    /**
     * Starts it with a temporary data directory.
     *
     * @param configuration more environment for it
     * @param log takes its output
     */
    public static BrokerProcess temporary(Map<String, String> configuration, LineSink log) {
        try {
            Path directory = Files.createTempDirectory("millrace-broker-");
            return started(ProjectHome.find(), directory, configuration, log, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it on this data directory, which stays.
     *
     * @param data the broker's own directory
     * @param configuration more environment for it
     * @param log takes its output
     */
    public static BrokerProcess in(Path data, Map<String, String> configuration, LineSink log) {
        return in(ProjectHome.find(), data, configuration, log);
    }

    /**
     * Starts the broker that was built in this home, on this data directory, which stays.
     *
     * @param data the broker's own directory
     * @param configuration more environment for it
     * @param log takes its output
     */
    public static BrokerProcess in(ProjectHome home, Path data, Map<String, String> configuration, LineSink log) {
        return started(home, data.toAbsolutePath(), configuration, log, null);
    }

    private static BrokerProcess started(
            ProjectHome home, Path data, Map<String, String> configuration, LineSink log, Path temporaryDirectory) {
        List<Integer> ports = FreePorts.several(2);
        var environment = new HashMap<String, String>();
        environment.put(Port.BROKER_AMQP.variable(), Integer.toString(ports.get(0)));
        environment.put(Port.BROKER_HTTP.variable(), Integer.toString(ports.get(1)));
        environment.put("BROKER_DATA_DIR", data.toString());
        environment.put("HTTP_HOST", HOST);
        environment.putAll(configuration);
        var application = new ApplicationProcess(Part.BROKER, home, home.directory(), environment, log);
        int amqpPort = Integer.parseInt(environment.get(Port.BROKER_AMQP.variable()));
        var broker = new BrokerProcess(application, amqpPort, temporaryDirectory);
        broker.start();
        return broker;
    }

    /** {@code 127.0.0.1}. */
    public String host() {
        return HOST;
    }

    /** AMQP port on {@link #host()}. */
    public int amqpPort() {
        return amqpPort;
    }

    /** Root of its HTTP interface, without a slash at the end. */
    public URI baseUrl() {
        return application.baseUrl();
    }

    /** What a service needs to find it: {@code BROKER_HOST} and {@code BROKER_AMQP_PORT}. */
    public Map<String, String> toEnvironment() {
        return Map.of("BROKER_HOST", HOST, Port.BROKER_AMQP.variable(), Integer.toString(amqpPort));
    }

    /** Process id of the running, or else the last, process. */
    public long pid() {
        return application.process().pid();
    }

    /** Starts it again after {@link #stop} or {@link #kill}, and waits until it is ready. */
    public void start() {
        application.start();
        try {
            application.awaitReady(START_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new StartFailure("The broker was not started because the start was interrupted.", e);
        } catch (StartFailure e) {
            close();
            throw e;
        }
    }

    /** Stops it in good order. */
    public void stop() {
        application.stop();
    }

    /** SIGKILL. */
    public void kill() {
        application.kill();
    }

    /** Stops it in good order if it runs, starts it and waits until it is ready. */
    public void restart() {
        stop();
        start();
    }

    /** Stops it and deletes its directory if that is a temporary one. */
    @Override
    public void close() {
        application.stop();
        if (temporaryDirectory != null) {
            try {
                DirectoryTree.delete(temporaryDirectory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
