package dev.millrace.relay;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.relay.capture.SourceSettings;
import dev.millrace.relay.publish.BrokerSettings;
import dev.millrace.stack.postgres.PostgresServer;
import dev.millrace.stack.postgres.ServiceDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.Released;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real PostgreSQL and Debezium, against a broker that misbehaves as told. */
class SourceRelayTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String POSITION = "select lsn || ' and ' || sent_after::text from relay_position";

    private static PostgresServer postgres;
    private static Vertx vertx;
    private static OutboxFixture outbox;

    private ScriptedBroker broker;
    private final List<SourceRelay> relays = new ArrayList<>();

    @BeforeAll
    static void startPostgres() {
        postgres = SharedPostgres.server();
        vertx = Vertx.vertx();
        outbox = SharedPostgres.migrated(ServiceDatabase.ORDER);
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

    private SourceRelay relay() throws Exception {
        return relay(outbox.settings());
    }

    private SourceRelay relay(SourceSettings source) throws Exception {
        var settings = new BrokerSettings(
                "127.0.0.1", broker.port(), null, null, "relay-test", Duration.ofSeconds(5), Duration.ofSeconds(30));
        var relay = new SourceRelay(source, settings, vertx, new SimpleMeterRegistry());
        relays.add(relay);
        relay.start();
        return relay;
    }

    private SourceRelay runningRelay() throws Exception {
        SourceRelay relay = relay();
        awaitState(relay, RelayState.RUNNING);
        return relay;
    }

    private static void awaitState(SourceRelay relay, RelayState state) {
        await().atMost(LIMIT).until(() -> relay.status().state() == state);
    }

    private void awaitAccepted(int messages) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertEquals(
                        messages,
                        broker.accepted().stream()
                                .map(ScriptedBroker.Arrival::id)
                                .distinct()
                                .count()));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    private static void stop(SourceRelay relay) throws Exception {
        assertTrue(relay.stop(4_000));
    }

    @Test
    void publishesCommittedRowsInOrder() throws Exception {
        runningRelay();
        outbox.insertMany("orders", 7, 1, 200);
        awaitAccepted(200);
        assertEquals(numbers(1, 200), broker.bodies("orders"));
    }

    @Test
    void publishesNothingOfARolledBackTransaction() throws Exception {
        runningRelay();
        try (Connection connection = outbox.connect()) {
            connection.setAutoCommit(false);
            outbox.insert(connection, "orders", "a1", "1");
            connection.rollback();
            outbox.insert(connection, "orders", "a1", "2");
            connection.commit();
        }
        awaitAccepted(1);
        assertEquals(List.of("2"), broker.bodies("orders"));
    }

    @Test
    void publishesSeveralRowsOfOneTransactionAndOfOneStatementInOrder() throws Exception {
        runningRelay();
        try (Connection connection = outbox.connect()) {
            connection.setAutoCommit(false);
            outbox.insert(connection, "orders", "a1", "1");
            outbox.insert(connection, "emails", "a1", "1");
            outbox.insert(connection, "orders", "a1", "2");
            connection.commit();
        }
        outbox.execute("""
                insert into outbox (id, destination, aggregate_id, event_type, source, payload)
                select gen_random_uuid(), 'orders', 'a1', 'thing.happened', '/test', n::text
                from generate_series(3, 499) n
                """);
        awaitAccepted(500);
        assertEquals(numbers(1, 499), broker.bodies("orders"));
        assertEquals(List.of("1"), broker.bodies("emails"));
    }

    @Test
    void publishesInTheOrderOfCommitsNotOfInserts() throws Exception {
        runningRelay();
        try (Connection early = outbox.connect();
                Connection late = outbox.connect()) {
            early.setAutoCommit(false);
            late.setAutoCommit(false);
            outbox.insert(early, "orders", "a1", "inserted first");
            outbox.insert(late, "orders", "a2", "committed first");
            late.commit();
            early.commit();
        }
        awaitAccepted(2);
        assertEquals(List.of("committed first", "inserted first"), broker.bodies("orders"));
    }

    @Test
    void sendsAllInOrderAfterTheBrokerWasAway() throws Exception {
        SourceRelay relay = runningRelay();
        outbox.insertMany("orders", 5, 1, 50);
        awaitAccepted(50);
        broker.stop();
        outbox.insertMany("orders", 5, 51, 300);
        awaitState(relay, RelayState.WAITING_FOR_BROKER);
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 250);
        broker.startAgain();
        awaitAccepted(300);
        awaitState(relay, RelayState.RUNNING);
        assertOrderPerAggregate(5, 1, 300);
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 0);
        assertNotNull(relay.report().lastError());
    }

    @Test
    void losesNothingWhenTheConnectionDropsInTheMiddleOfBatches() throws Exception {
        runningRelay();
        var dropped = new java.util.concurrent.atomic.AtomicInteger();
        var arrived = new java.util.concurrent.atomic.AtomicInteger();
        broker.outcome(arrival -> {
            boolean drop = arrived.incrementAndGet() % 97 == 0 && dropped.incrementAndGet() <= 3;
            return drop ? null : Accepted.getInstance();
        });
        outbox.insertMany("orders", 5, 1, 400);
        awaitAccepted(400);
        assertEquals(3, Math.min(3, dropped.get()));
        assertOrderPerAggregate(5, 1, 400);
    }

    @Test
    void keepsTheOrderOfAnAggregateWhenOneOfItsRowsIsReleased() throws Exception {
        runningRelay();
        var released = new HashSet<String>();
        broker.outcome(arrival -> arrival.body().endsWith("3") && released.add(arrival.id())
                ? Released.getInstance()
                : Accepted.getInstance());
        outbox.insertMany("orders", 3, 1, 60);
        awaitAccepted(60);
        assertEquals(6, released.size());
        assertOrderPerAggregate(3, 1, 60);
    }

    @Test
    void keepsARejectedRowAsPoisonAndSendsTheRest() throws Exception {
        SourceRelay relay = runningRelay();
        broker.outcome(arrival -> arrival.body().equals("bad")
                ? ScriptedBroker.rejected("amqp:precondition-failed")
                : Accepted.getInstance());
        outbox.insert("orders", "a1", "1");
        String bad = outbox.insert("orders", "a1", "bad");
        outbox.insert("orders", "a1", "2");
        awaitAccepted(2);
        await().atMost(LIMIT).until(() -> relay.report().failed() == 1);
        assertEquals(List.of("1", "2"), broker.bodies("orders"));
        assertEquals(
                bad + " bad amqp:precondition-failed scripted amqp:precondition-failed",
                outbox.value("select concat_ws(' ', event_id, payload, condition, error) from relay_poison"));
        assertTrue(relay.report().lastError().contains("scripted amqp:precondition-failed"));
    }

    @Test
    void keepsAMalformedRowAsPoison() throws Exception {
        SourceRelay relay = runningRelay();
        outbox.insert(" ", "a1", "nowhere to go");
        outbox.insert("orders", "a1", "1");
        awaitAccepted(1);
        await().atMost(LIMIT).until(() -> relay.report().failed() == 1);
        assertEquals("malformed-row", outbox.value("select condition from relay_poison"));
    }

    @Test
    void goesOnWhereItWasAfterARestart() throws Exception {
        SourceRelay first = runningRelay();
        outbox.insertMany("orders", 5, 1, 100);
        awaitAccepted(100);
        stop(first);
        outbox.insertMany("orders", 5, 101, 200);
        SourceRelay second = runningRelay();
        awaitAccepted(200);
        assertEquals(numbers(1, 200), broker.bodies("orders"), "nothing lost and nothing twice");
        assertTrue(second.report().duplicatesSuppressed() <= 1, "at most the last transaction came again");
    }

    @Test
    void storesAPositionForManyBatchesAndOneMoreWhenItIsStopped() throws Exception {
        var rarely = outbox.settings(Duration.ofSeconds(30), 1_000, Duration.ofSeconds(10));
        SourceRelay first = relay(rarely);
        awaitState(first, RelayState.RUNNING);
        outbox.insert("orders", "a1", "1");
        await().atMost(LIMIT).until(() -> outbox.count("select count(*) from relay_position") == 1);
        Object stored = outbox.value(POSITION);
        for (int i = 2; i <= 10; i++) {
            outbox.insert("orders", "a1", Integer.toString(i));
            awaitAccepted(i);
        }
        await().atMost(LIMIT).until(() -> first.report().published() == 10);
        assertEquals(stored, outbox.value(POSITION), "nine batches later");
        assertEquals(
                true,
                outbox.value("select confirmed_flush_lsn <= lsn from pg_replication_slots join relay_position"
                        + " on slot = slot_name"),
                "RELAY-2");

        stop(first);
        SourceRelay second = relay(rarely);
        awaitState(second, RelayState.RUNNING);
        outbox.insert("orders", "a1", "11");
        awaitAccepted(11);
        assertEquals(numbers(1, 11), broker.bodies("orders"), "nothing lost and nothing twice");
        assertTrue(second.report().duplicatesSuppressed() <= 1, "at most the last transaction came again");
    }

    @Test
    void sendsOnlyTheUnacknowledgedBatchAgainWhenItDiesInTheMiddle() throws Exception {
        SourceRelay first = runningRelay();
        outbox.insertMany("orders", 5, 1, 20);
        awaitAccepted(20);
        await().atMost(LIMIT).until(() -> first.report().published() == 20);
        broker.hold();
        outbox.insertMany("orders", 5, 21, 40);
        await().atMost(LIMIT).until(() -> broker.heldBack() > 0);
        assertTrue(first.stop(600), "gives the batch up in bounded time");
        broker.drop();
        broker.letGo();
        runningRelay();
        awaitAccepted(40);
        assertEquals(numbers(1, 40), broker.bodies("orders"));
    }

    @Test
    void doesNotSendTheAcceptedPartOfATransactionAgain() throws Exception {
        SourceRelay first = runningRelay();
        int rows = 3_000; // more than a batch
        broker.outcome(arrival -> arrival.body().equals("2500") ? Released.getInstance() : Accepted.getInstance());
        outbox.execute("""
                insert into outbox (id, destination, aggregate_id, event_type, source, payload)
                select gen_random_uuid(), 'orders', 'a' || n, 'thing.happened', '/test', n::text
                from generate_series(1, %d) n
                """.formatted(rows));
        await().atMost(LIMIT).until(() -> first.report().published() >= 1_024);
        awaitState(first, RelayState.RETRYING);
        long published = first.report().published();
        assertTrue(first.stop(600));
        int arrivedBefore = broker.arrivals().size();
        broker.outcome(arrival -> Accepted.getInstance());
        SourceRelay second = runningRelay();
        awaitAccepted(rows);
        await().atMost(LIMIT)
                .until(() -> second.report().published() > 0 && second.report().lagEvents() == 0);
        assertEquals(1_024, second.report().duplicatesSuppressed(), "the last ids of the transaction are remembered");
        assertEquals(rows - 1_024, broker.arrivals().size() - arrivedBefore, "published before: " + published);
    }

    @Test
    void pausesAndResumes() throws Exception {
        SourceRelay relay = runningRelay();
        outbox.insert("orders", "a1", "1");
        awaitAccepted(1);
        relay.pause();
        relay.pause();
        assertEquals(RelayState.PAUSED, relay.report().state());
        outbox.insert("orders", "a1", "2");
        await().atMost(LIMIT).until(() -> relay.report().lagEvents() == 1);
        assertEquals(List.of("1"), broker.bodies("orders"));
        relay.resume();
        relay.resume();
        awaitAccepted(2);
        awaitState(relay, RelayState.RUNNING);
    }

    @Test
    void waitsForCreditAndSaysSo() throws Exception {
        broker.credit(1);
        SourceRelay relay = runningRelay();
        outbox.insertMany("orders", 3, 1, 3);
        awaitState(relay, RelayState.WAITING_FOR_CREDIT);
        assertEquals(List.of("1"), broker.bodies("orders"));
        broker.grant(10);
        awaitAccepted(3);
        awaitState(relay, RelayState.RUNNING);
    }

    @Test
    void survivesARestartOfTheDatabase() throws Exception {
        SourceRelay relay = runningRelay();
        outbox.insertMany("orders", 5, 1, 50);
        awaitAccepted(50);
        postgres.kill();
        awaitState(relay, RelayState.WAITING_FOR_DATABASE);
        postgres.restart();
        outbox.insertMany("orders", 5, 51, 100);
        awaitAccepted(100);
        assertOrderPerAggregate(5, 1, 100);
    }

    @Test
    void aSecondRelayStandsByAndTakesOver() throws Exception {
        SourceRelay first = runningRelay();
        SourceRelay second = relay();
        awaitState(second, RelayState.WAITING_FOR_SLOT);
        await().atMost(LIMIT).until(second::standsBy);
        outbox.insertMany("orders", 5, 1, 50);
        awaitAccepted(50);
        stop(first);
        outbox.insertMany("orders", 5, 51, 100);
        awaitState(second, RelayState.RUNNING);
        awaitAccepted(100);
        assertOrderPerAggregate(5, 1, 100);
    }

    @Test
    void waitsForTheMigrationToMakeTheSlot() throws Exception {
        outbox.execute("select pg_drop_replication_slot('%s')".formatted(outbox.slot()));
        SourceRelay relay = relay();
        awaitState(relay, RelayState.WAITING_FOR_SLOT);
        outbox.execute("select pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(outbox.slot()));
        awaitState(relay, RelayState.RUNNING);
        outbox.insert("orders", "a1", "1");
        awaitAccepted(1);
    }

    @Test
    void anIdleDatabaseDoesNotHoldTheLogBack() throws Exception {
        SourceRelay relay = runningRelay();
        // Writes that are not for us, in another database of the same server.
        new OutboxFixture(postgres, ServiceDatabase.INVENTORY)
                .execute("create table busy as select n, repeat('x', 500) from generate_series(1, 20000) n");
        await().atMost(LIMIT).until(() -> relay.report().lagBytes() < 100_000);
    }

    private void assertOrderPerAggregate(int aggregates, int from, int to) {
        for (int aggregate = 0; aggregate < aggregates; aggregate++) {
            int remainder = aggregate;
            assertEquals(
                    IntStream.rangeClosed(from, to)
                            .filter(n -> n % aggregates == remainder)
                            .boxed()
                            .toList(),
                    broker.storedOf("a" + aggregate),
                    "order of aggregate a" + aggregate);
        }
    }
}
