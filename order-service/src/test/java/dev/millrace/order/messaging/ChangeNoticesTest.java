package dev.millrace.order.messaging;

import static dev.millrace.order.Requests.placed;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.order.OrderStack;
import dev.millrace.order.application.OrderLifecycle;
import dev.millrace.order.application.OrderNotice;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Notices between instances; this test is the other one. */
@QuarkusTest
@QuarkusTestResource(OrderStack.class)
class ChangeNoticesTest {

    @Singleton
    static class Noticed {
        final Queue<UUID> orders = new ConcurrentLinkedQueue<>();

        void noticed(@Observes OrderNotice notice) {
            if (notice.orderId() != null) {
                orders.add(notice.orderId());
            }
        }
    }

    @Inject
    OrderLifecycle lifecycle;

    @Inject
    DataSource dataSource;

    @Inject
    Noticed noticed;

    @Test
    void otherInstancesHearOfAChangeAtOnceAndNotOfARolledBackOne() throws Exception {
        UUID order = placed();
        try (Connection other = dataSource.getConnection()) {
            other.createStatement().execute("listen order_changed");
            long start = System.nanoTime();
            lifecycle.confirm(order);
            String heard = "";
            while (!heard.contains(order.toString()) && millisSince(start) < 5_000) {
                PGNotification[] notifications =
                        other.unwrap(PGConnection.class).getNotifications(100);
                for (PGNotification each : notifications) {
                    heard = each.getParameter();
                }
            }
            assertTrue(heard.contains(order.toString()), heard);
            other.createStatement().execute("unlisten *");
        }
    }

    @Test
    void whatAnotherInstanceTellsArrivesHere() throws Exception {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            notifyOthers("another-instance," + one + ",rubbish," + two);
            return noticed.orders.contains(one) && noticed.orders.contains(two);
        });
    }

    private void notifyOthers(String payload) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                var notify = connection.prepareStatement("select pg_notify('order_changed', ?)")) {
            notify.setString(1, payload);
            notify.execute();
        }
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }
}
