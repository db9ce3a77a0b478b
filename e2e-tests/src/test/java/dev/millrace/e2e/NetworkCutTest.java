package dev.millrace.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.client.OrderRequest;
import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Line;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.e2e.system.TcpProxy;
import dev.millrace.stack.Port;
import dev.millrace.stack.postgres.ServiceDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every line between two parts fails under load: nothing accepted is lost, nothing is done twice. Each is cut by itself, and
 * falls silent together with the others to the same part.
 */
@EndToEndTest
@Order(Integer.MAX_VALUE - 15)
class NetworkCutTest {
    private static final int ORDERS_PER_LINE = 60;
    private static final int ORDERS_PER_SECOND = 30;
    private static final int FIRST_ORDERS = 30;
    private static final Duration CUT = Duration.ofSeconds(2);
    /** Long enough for some to find out by their heartbeats, and to meet the same silence with their new connections. */
    private static final Duration SILENCE = Duration.ofSeconds(13);

    private static final int ORDERS_AROUND_SILENCE = 150;
    /** Time-outs of up to 25 s, and a busy machine. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    /** More than after which the connector of the channels gives up if nobody tells it not to. */
    private static final int LOSSES = 9;

    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);

    private final Millrace system;

    NetworkCutTest(Millrace system) {
        this.system = system;
    }

    @AfterEach
    void mend() {
        system.requireOwnStack();
        for (Line line : Line.values()) {
            system.line(line).mend();
            system.line(line).resetMuted();
        }
        system.awaitReady();
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void nothingIsLostOrDoubledWhicheverLineIsCut() throws Exception {
        system.requireOwnStack();
        Seed seed = Seed.next();
        List<Line> lines = new ArrayList<>(Arrays.asList(Line.values()));
        Collections.shuffle(lines, new Random(seed.value()));
        int orders = FIRST_ORDERS + lines.size() * ORDERS_PER_LINE;
        long units = orders; // about half of what is wanted
        String sku = system.inventory().newProduct("3.33", units);
        var load = new OrderLoad(system, seed, sku, orders, ORDERS_PER_SECOND);

        OrderLedger ledger = load.run(FIRST_ORDERS, () -> {
            for (Line line : lines) {
                System.out.printf("cut of %s%n", line);
                system.line(line).cut();
                // No condition to wait for: that the line is cut for a while is what is tested.
                LockSupport.parkNanos(CUT.toNanos());
                system.line(line).mend();
                int accepted = Math.min(orders, load.accepted() + ORDERS_PER_LINE / 2);
                await("%d orders are accepted after the cut of %s; %s".formatted(accepted, line, seed))
                        .atMost(RECOVERY_LIMIT)
                        .until(() -> load.accepted() >= accepted);
            }
        });

        var reconciliation = new Reconciliation(system, seed, ledger, load.customers());
        reconciliation.check(sku, units);
        assertTrue(
                reconciliation.byStatus().getOrDefault("CONFIRMED", 0L) > orders / 4,
                () -> "hardly any order was confirmed: " + reconciliation.summary());
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void whoeverLostTheBrokerManyTimesStillComesBack() throws InterruptedException {
        system.requireOwnStack();
        Seed seed = Seed.next();
        String probe = system.inventory().newProduct("1.00", 1_000);
        for (int loss = 1; loss <= LOSSES; loss++) {
            for (Line line : Line.values()) {
                if (line.to() == Port.BROKER_AMQP) {
                    system.line(line).cut();
                    system.line(line).mend();
                }
            }
            awaitRecovery(Port.BROKER_AMQP, probe, seed);
        }
    }

    /**
     * One test for all lines to a part, since each takes its time to find out: the pools, the listening connection and the
     * replication connections to PostgreSQL; the channels, the side connections and the relay's links to the broker.
     */
    @ParameterizedTest
    @EnumSource(names = {"POSTGRES", "BROKER_AMQP"})
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void nothingIsLostOrDoubledWhenTheLinesToOnePartFallSilent(Port to) throws Exception {
        system.requireOwnStack();
        Seed seed = Seed.next();
        List<TcpProxy> lines = Arrays.stream(Line.values())
                .filter(line -> line.to() == to)
                .map(system::line)
                .toList();
        long units = ORDERS_AROUND_SILENCE; // about half of what is wanted
        String sku = system.inventory().newProduct("3.33", units);
        String probe = system.inventory().newProduct("1.00", units);
        int known = listening();
        var load = new OrderLoad(system, seed, sku, ORDERS_AROUND_SILENCE, ORDERS_PER_SECOND);

        OrderLedger ledger = load.run(FIRST_ORDERS, () -> {
            lines.forEach(TcpProxy::mute);
            // No condition to wait for: that the lines are silent for a while is what is tested.
            LockSupport.parkNanos(SILENCE.toNanos());
            lines.forEach(TcpProxy::mend);
            awaitRecovery(to, probe, seed);
        });
        if (to == Port.POSTGRES) {
            await("order-service listens anew; " + seed).atMost(SILENCE_LIMIT).until(() -> listening() > known);
        }

        new Reconciliation(system, seed, ledger, load.customers()).check(sku, units);
    }

    /** An order that is placed afterwards gets through to its mail. */
    private void awaitRecovery(Port to, String sku, Seed seed) {
        long mended = System.nanoTime();
        var ids = new ArrayList<String>();
        await("an order gets through after the silence of the lines to %s; %s".formatted(to, seed))
                .atMost(SILENCE_LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> {
                    ids.add(system.orders()
                            .placedId(OrderRequest.byNewCustomer().line(sku, 1)));
                    return ids.stream().anyMatch(this::isThrough);
                });
        System.out.printf(
                "an order gets through %.1f s after the lines to %s were mended%n",
                (System.nanoTime() - mended) / 1e9, to);
    }

    private boolean isThrough(String id) {
        return system.orders().status(id).equals("CONFIRMED")
                && system.notifications().of(id).stream()
                        .anyMatch(one -> one.path("status").asText().equals("SENT"));
    }

    /** Connections on which order-service has listened for the notices of its other instances, the silent ones included. */
    private int listening() {
        try {
            return (int) system.count(
                    ServiceDatabase.ORDER,
                    "select count(*) from pg_stat_activity where application_name = 'order-service-notices-in'");
        } catch (SQLException e) {
            throw new IllegalStateException("the sessions cannot be counted", e);
        }
    }
}
