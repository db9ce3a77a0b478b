package dev.millrace.order.messaging;

import dev.millrace.order.application.OrderChanged;
import dev.millrace.order.application.OrderNotice;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/**
 * Tells the other instances of this service which orders have changed, by PostgreSQL's {@code NOTIFY}, so that their
 * event streams look at once. A hint and no more: it carries no state, may be lost, and streams find every change at
 * their next heartbeat anyway.
 *
 * <p>It is sent after the commit, many changes at once, and not with the change's own transaction: a commit that
 * notifies takes a lock that all such commits of the server share, for as long as its sync takes.
 */
@ApplicationScoped
class ChangeNotices {

    private static final Logger LOG = Logger.getLogger(ChangeNotices.class);
    private static final String CHANNEL = "order_changed";
    /** What does not fit is not told; PostgreSQL takes 8,000 bytes in a notification. */
    private static final int MAX_WAITING = 10_000;

    private static final int MAX_IDS = 200;
    private static final int LOOK_MILLIS = 1_000;
    /** After so many looks without a notice the database is asked whether it is there. */
    private static final int MAX_SILENT_LOOKS = 5;

    private final BlockingQueue<UUID> changed = new ArrayBlockingQueue<>(MAX_WAITING);
    private final String instance = UUID.randomUUID().toString();
    private final Event<OrderNotice> notices;
    private final String url;
    private final String user;
    private final String password;
    private volatile boolean stopped;
    private Thread sender;

    ChangeNotices(
            Event<OrderNotice> notices,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") String user,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.notices = notices;
        this.url = url;
        this.user = user;
        this.password = password;
    }

    void start(@Observes StartupEvent event) {
        sender = Thread.ofVirtual().name("order-notices-out").start(() -> keepDoing(this::send));
        Thread.ofVirtual().name("order-notices-in").start(() -> keepDoing(this::listen));
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
        sender.interrupt();
    }

    void committed(@Observes(during = TransactionPhase.AFTER_SUCCESS) OrderChanged change) {
        UUID orderId = change.change().orderId();
        if (!changed.offer(orderId)) {
            LOG.debugf("No notice of order %s: too many wait", orderId);
        }
    }

    private interface Work {
        void on(Connection connection) throws SQLException, InterruptedException;
    }

    /** On a connection of its own, made anew when it is lost. */
    private void keepDoing(Work work) {
        try {
            while (!stopped) {
                try (Connection connection = connect()) {
                    work.on(connection);
                } catch (SQLException e) {
                    LOG.debugf("Notices of changed orders are interrupted: %s", e.getMessage());
                    Thread.sleep(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Notices of changed orders end");
        }
    }

    private Connection connect() throws SQLException {
        var properties = new java.util.Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("tcpKeepAlive", "true");
        // Seconds. Nothing here takes long, apart from the waiting for notices, which has its own limit.
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        return new Driver().connect(url, properties);
    }

    private void send(Connection connection) throws SQLException, InterruptedException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set synchronous_commit = off");
        }
        try (PreparedStatement notify = connection.prepareStatement("select pg_notify('" + CHANNEL + "', ?)")) {
            while (!stopped) {
                var ids = new ArrayList<UUID>();
                ids.add(changed.take());
                changed.drainTo(ids, MAX_IDS - 1);
                notify.setString(1, instance + ids.stream().map(id -> "," + id).collect(Collectors.joining()));
                notify.execute();
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Shows in pg_stat_activity who it is.
            statement.execute("set application_name = 'order-service-notices-in'");
            statement.execute("listen " + CHANNEL);
        }
        // What happened before we listened.
        notices.fire(new OrderNotice(null));
        PGConnection listening = connection.unwrap(PGConnection.class);
        for (int silent = 0; !stopped; silent++) {
            for (PGNotification notification : listening.getNotifications(LOOK_MILLIS)) {
                silent = 0;
                received(Arrays.asList(notification.getParameter().split(",")));
            }
            // Silence alone does not say whether nothing happens or the connection is gone.
            if (silent >= MAX_SILENT_LOOKS) {
                silent = 0;
                if (!connection.isValid(LOOK_MILLIS / 1_000)) {
                    throw new SQLException("the database does not answer");
                }
            }
        }
    }

    private void received(List<String> sent) {
        if (sent.getFirst().equals(instance)) {
            return;
        }
        for (String id : sent.subList(1, sent.size())) {
            try {
                notices.fire(new OrderNotice(UUID.fromString(id)));
            } catch (IllegalArgumentException e) {
                LOG.debugf("Not a notice of ours: %s", id);
            }
        }
    }
}
