package dev.millrace.e2e.system;

import static org.awaitility.Awaitility.await;

import dev.millrace.e2e.client.AmqpClient;
import dev.millrace.e2e.client.HttpJson;
import dev.millrace.e2e.client.InventoryClient;
import dev.millrace.e2e.client.MailboxClient;
import dev.millrace.e2e.client.NotificationClient;
import dev.millrace.e2e.client.OrderClient;
import dev.millrace.e2e.client.RelayClient;
import dev.millrace.stack.Part;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assumptions;

/** The system under test, as its users and operators see it. Thread-safe. */
public final class Millrace implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);

    private final Target target;

    private Millrace(Target target) {
        this.target = target;
    }

    static Millrace open() throws InterruptedException {
        return new Millrace(Target.open());
    }

    /** order-service. */
    public OrderClient orders() {
        return new OrderClient(http(Part.ORDER));
    }

    /** inventory-service. */
    public InventoryClient inventory() {
        return new InventoryClient(http(Part.INVENTORY), http(Part.ORDER));
    }

    /** notification-service. */
    public NotificationClient notifications() {
        return new NotificationClient(http(Part.NOTIFICATION));
    }

    /** outbox-relay. */
    public RelayClient relay() {
        return new RelayClient(http(Part.RELAY));
    }

    /** Where the mails arrive. */
    public MailboxClient mailbox() {
        return new MailboxClient(http(Part.MAIL));
    }

    /** Any part's HTTP interface. */
    public HttpJson http(Part part) {
        return new HttpJson(target.url(part));
    }

    /** A new connection to the broker; the caller closes it. */
    public AmqpClient amqp() {
        return AmqpClient.connect(target.amqp());
    }

    /** Where the broker speaks AMQP. */
    public AmqpEndpoint amqpEndpoint() {
        return target.amqp();
    }

    /** How long an order may stay PENDING. */
    public Duration orderTimeout() {
        return target.orderTimeout();
    }

    /** Whether nobody used it before these tests. */
    public boolean isFresh() {
        return target.isFresh();
    }

    /** The log of a part, where the tests can read it. */
    public Optional<Path> log(Part part) {
        return target instanceof LocalTarget local ? Optional.of(local.log(part)) : Optional.empty();
    }

    /** The data directory of the stack, if these tests have started it. */
    public Optional<Path> data() {
        return target instanceof LocalTarget local ? Optional.of(local.data()) : Optional.empty();
    }

    /** Bytes of memory that a part's process holds; nothing where it is not this machine's business. */
    public OptionalLong residentBytes(Part part) throws IOException {
        return target instanceof LocalTarget local ? OptionalLong.of(local.residentBytes(part)) : OptionalLong.empty();
    }

    /** The applications. */
    public static List<Part> applications() {
        return Arrays.stream(Part.values()).filter(Part::isApplication).toList();
    }

    /** Skips the calling test where this system's parts cannot be killed. */
    public void requireFaults() {
        Assumptions.assumeTrue(
                target.allowsFaults(), "this target's parts can be killed only with E2E_KILL, E2E_STOP and E2E_START");
    }

    /** Skips the calling test where databases and lines are not ours. */
    public void requireOwnStack() {
        Assumptions.assumeTrue(target instanceof LocalTarget, "only with a stack of the tests' own");
    }

    /** A line between two parts; only after {@link #requireOwnStack}. */
    public TcpProxy line(Line line) {
        return own().line(line);
    }

    /** Starts one more process of an application; only after {@link #requireOwnStack}. The caller closes it. */
    public Instance another(Part part, int number) {
        return own().another(part, number);
    }

    /** Changes a service's database behind its back; only after {@link #requireOwnStack}. */
    public void execute(ServiceDatabase database, String sql) throws SQLException {
        try (Connection connection = own().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The one number that a query of a service's database gives; only after {@link #requireOwnStack}. */
    public long count(ServiceDatabase database, String query) throws SQLException {
        try (Connection connection = own().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private LocalTarget own() {
        return (LocalTarget) target;
    }

    /** SIGKILL for a part, which stays dead until it is started. */
    public void kill(Part part) {
        target.kill(part);
    }

    /** Stops a part in good order. */
    public void stop(Part part) {
        target.stop(part);
    }

    /** Starts a part and waits until it is ready. */
    public void start(Part part) {
        try {
            target.start(part);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(part.id() + " was not started: interrupted", e);
        }
        awaitReady(part);
    }

    /** Waits until all parts are ready; starts those that a failed test has left dead, where possible. */
    public void awaitReady() {
        for (Part part : Part.values()) {
            if (target.allowsFaults() && target instanceof LocalTarget) {
                start(part);
            } else {
                awaitReady(part);
            }
        }
    }

    /** Waits until a part says that it is ready. The database says nothing: those that use it do. */
    public void awaitReady(Part part) {
        switch (part) {
            case POSTGRES -> {} // it has no page to ask
            case MAIL -> awaitAnswer(part, "/readyz");
            default -> awaitAnswer(part, "/q/health/ready");
        }
    }

    private void awaitAnswer(Part part, String path) {
        await(part.id() + " is ready; its log: " + target.logs())
                .atMost(READY_LIMIT)
                .ignoreExceptions()
                .until(() -> http(part).get(path).status() == 200);
    }

    @Override
    public void close() {
        target.close();
    }
}
