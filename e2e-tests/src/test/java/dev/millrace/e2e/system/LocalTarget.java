package dev.millrace.e2e.system;

import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import dev.millrace.stack.Port;
import dev.millrace.stack.Ports;
import dev.millrace.stack.StackBuilder;
import dev.millrace.stack.StackLog;
import dev.millrace.stack.postgres.ServiceDatabase;
import dev.millrace.stack.process.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;

/** A stack of the tests' own, started empty; its data and logs stay in {@code target} to be looked at afterwards. */
final class LocalTarget implements Target {
    /** Long enough for a restart of a part, short enough for a test to wait for it. */
    private static final Duration ORDER_TIMEOUT = Duration.ofSeconds(20);

    private static final Path DIRECTORY = Path.of("target", "e2e").toAbsolutePath();
    private static final Path DATA = DIRECTORY.resolve("data");
    private static final Path LOGS = DIRECTORY.resolve("logs");

    private final LocalStack stack;
    private final Map<Line, TcpProxy> lines;

    private LocalTarget(LocalStack stack, Map<Line, TcpProxy> lines) {
        this.stack = stack;
        this.lines = lines;
    }

    static LocalTarget start() throws InterruptedException {
        Ports ports = Ports.free();
        var lines = new EnumMap<Line, TcpProxy>(Line.class);
        StackBuilder builder = LocalStack.builder()
                .data(DATA)
                .fresh(true)
                .ports(ports)
                .environment("ORDER_TIMEOUT", ORDER_TIMEOUT.toString())
                .log(StackLog.toFiles(LOGS));
        for (Line line : Line.values()) {
            int port = FreePorts.one();
            lines.put(line, new TcpProxy(port, ports.number(line.to())));
            builder.environment(line.from(), line.to().variable(), Integer.toString(port));
        }
        var target = new LocalTarget(builder.build(), lines);
        try {
            target.stack.start();
        } catch (RuntimeException | InterruptedException e) {
            target.close();
            throw e;
        }
        return target;
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

    /** The data directory of its stack. */
    Path data() {
        return DATA;
    }

    /** Where a part's log lines are. */
    Path log(Part part) {
        return LOGS.resolve(part.id() + ".log");
    }

    @Override
    public String logs() {
        return LOGS.toString();
    }

    /** Bytes of memory that a part's process holds: the resident set, without what it shares with others. */
    long residentBytes(Part part) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + stack.pid(part) + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Private_"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .sum()
                    << 10;
        }
    }

    /** A connection to a service's database as the service's own role. */
    Connection connect(ServiceDatabase database) throws SQLException {
        return stack.postgres().connect(database);
    }

    /** A line that can be cut. */
    TcpProxy line(Line line) {
        return lines.get(line);
    }

    /** A second process of an application, and so on; the caller closes it. */
    Instance another(Part part, int number) {
        return Instance.start(stack.another(
                part,
                number,
                StackLog.toFiles(LOGS.resolve("another-" + number)).of(part)));
    }

    @Override
    public void close() {
        stack.close();
        lines.values().forEach(TcpProxy::close);
    }
}
