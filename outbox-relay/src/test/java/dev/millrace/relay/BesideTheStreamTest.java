package dev.millrace.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.relay.publish.BrokerSettings;
import dev.millrace.stack.postgres.ServiceDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.apache.qpid.proton.amqp.transport.DeliveryState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that cannot go through the stream: held, given up on and replayed, or left out by it. */
class BesideTheStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static Vertx vertx;
    private static OutboxFixture outbox;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<SourceRelay> relays = new ArrayList<>();
    private ScriptedBroker broker;

    @BeforeAll
    static void startPostgres() {
        vertx = Vertx.vertx();
        outbox = SharedPostgres.migrated(ServiceDatabase.NOTIFICATION);
    }

    @AfterAll
    static void stopVertx() {
        vertx.close();
    }

    @BeforeEach
    void fresh() throws Exception {
        outbox.reset();
        broker = new ScriptedBroker(vertx);
    }

    @AfterEach
    void stop() throws Exception {
        for (SourceRelay relay : relays) {
            assertTrue(relay.stop(4_000), "stopped in time");
        }
        broker.close();
    }

    private SourceRelay relay(int maxHeldRows) throws Exception {
        var settings = new BrokerSettings(
                "127.0.0.1", broker.port(), null, null, "relay-test", Duration.ofSeconds(5), Duration.ofSeconds(30));
        var relay = new SourceRelay(outbox.settings(Duration.ofMillis(700), maxHeldRows), settings, vertx, metrics);
        relays.add(relay);
        relay.start();
        return relay;
    }

    private SourceRelay runningRelay() throws Exception {
        SourceRelay relay = relay(1_000);
        awaitState(relay, RelayState.RUNNING);
        return relay;
    }

    private static void awaitState(SourceRelay relay, RelayState state) {
        await().atMost(LIMIT).until(() -> relay.status().state() == state);
    }

    private void awaitBodies(String address, List<String> bodies) {
        await().atMost(LIMIT).untilAsserted(() -> assertEquals(bodies, broker.bodies(address)));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    private static DeliveryState notToStuck(ScriptedBroker.Arrival arrival) {
        return arrival.address().equals("stuck") ? Released.getInstance() : Accepted.getInstance();
    }

    @Test
    void aDestinationThatTakesNothingDoesNotHoldUpTheOthers() throws Exception {
        SourceRelay relay = runningRelay();
        broker.outcome(BesideTheStreamTest::notToStuck);
        outbox.insertMany("stuck", 1, 1, 20);
        outbox.insertMany("orders", 3, 1, 20);
        awaitBodies("orders", numbers(1, 20));
        outbox.insertMany("stuck", 1, 21, 40);
        outbox.insertMany("orders", 3, 21, 40);
        awaitBodies("orders", numbers(1, 40));
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 40);
        assertTrue(
                relay.report().lastError().contains("stuck takes nothing"),
                relay.report().lastError());

        broker.outcome(arrival -> Accepted.getInstance());
        outbox.insertMany("stuck", 1, 41, 60);
        awaitBodies("stuck", numbers(1, 60));
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 0);
        assertEquals(100, relay.report().published());
        assertEquals(0L, outbox.count("select count(*) from relay_resend"));
    }

    @Test
    void withoutCreditItIsHeldToo() throws Exception {
        broker.credit(1);
        SourceRelay relay = runningRelay();
        outbox.insertMany("stuck", 1, 1, 3);
        await().atMost(LIMIT).until(() -> outbox.count("select count(*) from relay_resend") == 2);
        await().atMost(LIMIT).until(() -> broker.bodies("stuck").size() == 2);
        broker.credit(1_000);
        broker.drop();
        awaitBodies("stuck", numbers(1, 3));
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 0);
    }

    @Test
    void whatIsHeldOutlastsARestart() throws Exception {
        SourceRelay first = runningRelay();
        broker.outcome(BesideTheStreamTest::notToStuck);
        outbox.insertMany("stuck", 1, 1, 10);
        await().atMost(LIMIT).until(() -> outbox.count("select count(*) from relay_resend") == 10);
        assertTrue(first.stop(4_000));
        outbox.insertMany("stuck", 1, 11, 20);
        runningRelay();
        outbox.insertMany("stuck", 1, 21, 30);
        await().atMost(LIMIT).until(() -> outbox.count("select count(*) from relay_resend") == 30);
        broker.outcome(arrival -> Accepted.getInstance());
        awaitBodies("stuck", numbers(1, 30));
    }

    @Test
    void noMoreIsHeldThanTheBoundAllows() throws Exception {
        SourceRelay relay = relay(10);
        awaitState(relay, RelayState.RUNNING);
        broker.outcome(BesideTheStreamTest::notToStuck);
        outbox.insertMany("stuck", 1, 1, 8);
        await().atMost(LIMIT).until(() -> outbox.count("select count(*) from relay_resend") == 8);
        outbox.execute("""
                insert into outbox (id, destination, aggregate_id, event_type, source, payload)
                select gen_random_uuid(), 'stuck', 'a0', 'thing.happened', '/test', n::text
                from generate_series(9, 28) n
                """);
        awaitState(relay, RelayState.WAITING_FOR_CREDIT);
        assertTrue(
                relay.status().reason().contains("no more rows can be held"),
                relay.status().reason());
        // The twenty may have come in two batches, of which the first just fits.
        assertTrue(outbox.count("select count(*) from relay_resend") <= 10, "no more than the bound");
        broker.outcome(arrival -> Accepted.getInstance());
        awaitBodies("stuck", numbers(1, 28));
        awaitState(relay, RelayState.RUNNING);
    }

    @Test
    void aRowThatTheStreamLeavesOutIsSentAfterAll() throws Exception {
        runningRelay();
        outbox.insertMany("orders", 5, 1, 50);
        awaitBodies("orders", numbers(1, 50));
        Instant written = Instant.now();
        await().atMost(LIMIT).until(() -> Instant.now().getEpochSecond() > written.getEpochSecond());
        outbox.execute("alter publication outbox set (publish = 'update')");
        outbox.insert("orders", "a1", "left out");
        outbox.execute("alter publication outbox set (publish = 'insert')");
        await().atMost(LIMIT).until(() -> broker.bodies("orders").contains("left out"));
        assertEquals(51, broker.arrivals().size(), "nothing else was sent again");
        assertEquals(1.0, metrics.get("millrace.relay.reconciled").counter().count());
    }

    @Test
    void whatComesLateIsNotTakenForLeftOut() throws Exception {
        runningRelay();
        try (var late = outbox.connect()) {
            late.setAutoCommit(false);
            outbox.insert(late, "orders", "a1", "late");
            outbox.insert("orders", "a2", "meanwhile");
            awaitBodies("orders", List.of("meanwhile"));
            awaitDigestsBefore(Instant.now());
            late.commit();
        }
        awaitBodies("orders", List.of("meanwhile", "late"));
        outbox.execute("alter publication outbox set (publish = 'update')");
        outbox.insert("orders", "a1", "left out");
        outbox.execute("alter publication outbox set (publish = 'insert')");
        awaitBodies("orders", List.of("meanwhile", "late", "left out"));
    }

    /** Waits until a mark written after that moment has come back, and rows from before it are old enough to compare. */
    private static void awaitDigestsBefore(Instant moment) {
        await().atMost(LIMIT)
                .until(() -> outbox.count("select count(*) from relay_position where counted_from > timestamptz '"
                                + moment.plusSeconds(4) + "'")
                        == 1);
    }

    @Test
    void aPauseOutlastsARestartUntilItIsResumed() throws Exception {
        SourceRelay first = runningRelay();
        first.pause();
        assertTrue(first.stop(4_000));
        SourceRelay second = relay(1_000);
        awaitState(second, RelayState.PAUSED);
        outbox.insert("orders", "a1", "1");
        await().atMost(LIMIT).until(() -> second.report().lagEvents() == 1);
        assertEquals(0, broker.count());
        second.resume();
        awaitBodies("orders", List.of("1"));
    }

    @Test
    void aStandbyFollowsThePauseOfTheOther() throws Exception {
        SourceRelay first = runningRelay();
        SourceRelay second = relay(1_000);
        await().atMost(LIMIT).until(second::standsBy);
        first.pause();
        awaitState(second, RelayState.PAUSED);
        first.resume();
        await().atMost(LIMIT).until(() -> second.status().state() != RelayState.PAUSED);
    }

    @Test
    void aPoisonRowIsSentWhenItIsReplayedAndComesBackWhenItIsRefusedAgain() throws Exception {
        SourceRelay relay = runningRelay();
        broker.outcome(arrival -> ScriptedBroker.rejected("amqp:precondition-failed"));
        UUID id = UUID.fromString(outbox.insert("orders", "a1", "1"));
        await().atMost(LIMIT).until(() -> relay.deadLetters(null, 10).size() == 1);

        assertTrue(relay.replay(id));
        await().atMost(LIMIT).until(() -> broker.count() == 2);
        await().atMost(LIMIT).until(() -> relay.deadLetters(null, 10).size() == 1);

        broker.outcome(arrival -> Accepted.getInstance());
        assertTrue(relay.replay(id));
        awaitBodies("orders", List.of("1"));
        assertFalse(relay.replay(id));
        assertEquals(id.toString(), broker.accepted().getFirst().id());
    }
}
