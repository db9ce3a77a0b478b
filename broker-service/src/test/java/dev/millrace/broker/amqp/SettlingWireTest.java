package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What consumers say of deliveries, frame by frame: ranges, outcomes, reasons. */
@Timeout(20)
class SettlingWireTest {

    private SessionFixture session;
    private AmqpFront front;
    private RawPeer peer;

    @BeforeEach
    void start() throws Exception {
        session = new SessionFixture();
        front = session.front;
        peer = session.peer;
    }

    @AfterEach
    void stop() throws Exception {
        session.close();
    }

    @Test
    void dispositionsTouchExactlyTheUnsettledOfTheirRange() throws Exception {
        List<Integer> ids = session.receive(10);
        peer.write(RawPeer.disposition(ids.get(0), ids.get(4), true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(ids.get(7), ids.get(7), true, Descriptor.RELEASED));
        // 3..8 has gaps now: 3 and 4 are settled, so is 7.
        peer.write(RawPeer.disposition(ids.get(3), ids.get(8), true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(ids.get(9), ids.get(9) + 1000, true, Descriptor.ACCEPTED));
        await().untilAsserted(() -> {
            assertEquals(9, session.settledAs(Outcome.ACCEPTED).length);
            assertEquals(1, session.settledAs(Outcome.RELEASED).length);
        });
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6, 7, 9, 10}, session.settledAs(Outcome.ACCEPTED));
    }

    @Test
    void dispositionsOfUnknownDeliveriesArePassedOver() throws Exception {
        session.receive(1);
        peer.write(RawPeer.disposition(500, 600, true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
        await().until(() -> session.settledAs(Outcome.ACCEPTED).length == 1);
        session.assertAlive();
        assertEquals(1, session.settledAs(Outcome.ACCEPTED).length);
    }

    @Test
    void theWidestRangeIsQuick() throws Exception {
        session.receive(3);
        long begun = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            peer.write(RawPeer.disposition(0, -1, true, Descriptor.ACCEPTED));
        }
        session.assertAlive();
        assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 2_000);
        await().untilAsserted(() -> assertArrayEquals(new long[] {1, 2, 3}, session.settledAs(Outcome.ACCEPTED)));
    }

    @Test
    void whoSettlesSecondIsSettledBack() throws Exception {
        session.receive(4);
        peer.write(RawPeer.disposition(0, 3, false, Descriptor.ACCEPTED));
        Performative.Disposition back = peer.expect(Descriptor.DISPOSITION).disposition();
        assertTrue(!back.byReceiver && back.settled);
        assertEquals(0, back.first);
        assertEquals(3, back.last);
        await().untilAsserted(() -> assertArrayEquals(new long[] {1, 2, 3, 4}, session.settledAs(Outcome.ACCEPTED)));
    }

    @Test
    void outcomesReachTheBrokerAsTheyWereMeant() throws Exception {
        session.receive(5);
        peer.write(RawPeer.performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(0).uint(0).bool(true);
            out.descriptor(Descriptor.REJECTED);
            int rejected = out.beginCompound(TypeCode.LIST_32);
            out.descriptor(Descriptor.ERROR);
            int error = out.beginCompound(TypeCode.LIST_32);
            out.symbol("shop:no-such-sku").string("sku 7 is unknown");
            out.endCompound(error, 2);
            out.endCompound(rejected, 1);
            return 5;
        }));
        peer.write(RawPeer.performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(1).uint(1).bool(true);
            out.descriptor(Descriptor.MODIFIED);
            int modified = out.beginCompound(TypeCode.LIST_32);
            out.bool(true).bool(false).put(TypeCode.MAP_8);
            out.put(1 + 21 + 9)
                    .put(2)
                    .symbol("x-opt-delivery-time")
                    .put(TypeCode.LONG)
                    .putLong(1_900_000_000_000L);
            out.endCompound(modified, 3);
            return 5;
        }));
        peer.write(RawPeer.performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(2).uint(2).bool(true);
            return 4;
        }));
        peer.write(RawPeer.disposition(3, 3, true, Descriptor.REJECTED));
        peer.write(RawPeer.disposition(4, 4, true, Descriptor.RECEIVED));
        await().until(() -> front.broker.commands(Command.Settle.class).size() == 5);
        List<Outcome> outcomes = front.broker.commands(Command.Settle.class).stream()
                .map(Command.Settle::outcome)
                .toList();
        assertEquals(new Outcome.Rejected("shop:no-such-sku: sku 7 is unknown"), outcomes.get(0));
        assertEquals(new Outcome.Modified(true, false, 1_900_000_000_000L, ""), outcomes.get(1));
        assertEquals(Outcome.RELEASED, outcomes.get(2));
        assertEquals(new Outcome.Rejected(""), outcomes.get(3));
        assertEquals(Outcome.RELEASED, outcomes.get(4), "settled in a state that is no outcome");
    }

    /** AMQP leaves no place for an error in this outcome but its annotations, which may hold anything else too. */
    @Test
    void whatAConsumerSaysOfAFailedAttemptReachesTheBroker() throws Exception {
        session.receive(3);
        failedWith(0, 3, out -> out.symbol("x-opt-error-condition")
                .symbol("shop:not-now")
                .symbol("x-opt-mine")
                .bool(true)
                .symbol("x-opt-error-description")
                .string("the database is away"));
        failedWith(1, 1, out -> out.symbol("x-opt-error-description").string("€".repeat(2_000)));
        failedWith(2, 2, out -> out.symbol("x-opt-error-description")
                .bool(true)
                .symbol("x-opt-error-condition")
                .put(TypeCode.NULL));
        await().until(() -> front.broker.commands(Command.Settle.class).size() == 3);
        List<Outcome> outcomes = front.broker.commands(Command.Settle.class).stream()
                .map(Command.Settle::outcome)
                .toList();
        assertEquals(new Outcome.Modified(true, false, 0, "shop:not-now: the database is away"), outcomes.get(0));
        assertEquals(new Outcome.Modified(true, false, 0, "€".repeat(1_023) + "…"), outcomes.get(1));
        assertEquals(new Outcome.Modified(true, false, 0, ""), outcomes.get(2));
    }

    private void failedWith(int delivery, int entries, Consumer<ByteWriter> annotations) throws Exception {
        peer.write(RawPeer.performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(delivery).uint(delivery).bool(true);
            out.descriptor(Descriptor.MODIFIED);
            int modified = out.beginCompound(TypeCode.LIST_32);
            out.bool(true).bool(false);
            int map = out.beginCompound(TypeCode.MAP_32);
            annotations.accept(out);
            out.endCompound(map, 2 * entries);
            out.endCompound(modified, 3);
            return 5;
        }));
    }
}
