package dev.millrace.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.postgres.ServiceDatabase;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SIGKILL in the middle of the work: nothing is lost, the order per aggregate holds, and little comes twice. */
class RelayKillTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int AGGREGATES = 10;
    private static final int ROWS_EACH = 1_000;
    private static final int KILLS = 2;

    @Test
    void losesNothingWhenKilled() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (var broker = new ScriptedBroker(vertx)) {
            OutboxFixture outbox = SharedPostgres.migrated(ServiceDatabase.NOTIFICATION);
            int written = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                Process relay = RelayProcess.start(outbox.settings(), broker.port());
                try {
                    // A transaction that is open while the relay dies, and commits after it.
                    try (Connection open = outbox.connect()) {
                        open.setAutoCommit(false);
                        outbox.insert(open, "orders", "open", Integer.toString(kill));
                        int killAt = written + ROWS_EACH / 2;
                        var writing = write(outbox, written + 1, written + ROWS_EACH);
                        await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> broker.count() >= killAt);
                        relay.destroyForcibly();
                        assertTrue(relay.waitFor(5, TimeUnit.SECONDS));
                        writing.join();
                        open.commit();
                    }
                    written += ROWS_EACH;
                } finally {
                    relay.destroyForcibly();
                }
            }
            int total = written + KILLS;
            Process last = RelayProcess.start(outbox.settings(), broker.port());
            try {
                await().atMost(LIMIT).until(() -> distinct(broker) == total);
            } finally {
                last.destroyForcibly();
            }
            for (int i = 0; i < AGGREGATES; i++) {
                int remainder = i;
                assertEquals(
                        IntStream.rangeClosed(1, written)
                                .filter(n -> n % AGGREGATES == remainder)
                                .boxed()
                                .toList(),
                        broker.storedOf("a" + i));
            }
            assertEquals(List.of(0, 1), broker.storedOf("open"));
            int twice = broker.count() - total;
            assertTrue(twice <= KILLS * 2_048, "at most a batch for each kill came twice: " + twice);
        } finally {
            vertx.close();
        }
    }

    private static Thread write(OutboxFixture outbox, int from, int to) {
        return Thread.ofVirtual().start(() -> {
            try {
                outbox.insertMany("orders", AGGREGATES, from, to);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int distinct(ScriptedBroker broker) {
        var ids = new HashSet<String>();
        broker.accepted().forEach(arrival -> ids.add(arrival.id()));
        return ids.size();
    }
}
