package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The data path, frame by frame: transfers, credit, dispositions. */
@Timeout(20)
class SessionTest {

    private AmqpFront front;
    private RawPeer peer;

    @BeforeEach
    void start() throws Exception {
        front = AmqpFront.start();
        peer = RawPeer.begun(front.port());
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        front.close();
    }

    // ---- publishing

    @Test
    void theAttachAnnouncesTheMessageSizeAndCreditFollowsAtOnce() throws Exception {
        peer.write(RawPeer.attachPublisher(0, "p", "emails"));
        AmqpReader attach = peer.expect(Descriptor.ATTACH).fields();
        int count = attach.beginList();
        assertEquals(11, count);
        for (int i = 0; i < 10; i++) {
            attach.skip();
        }
        assertEquals(1024 * 1024, attach.readUnsigned());
        assertEquals(MemoryBroker.PUBLISHER_CREDIT, flow(peer.expect(Descriptor.FLOW)).linkCredit);
    }

    @Test
    void aBurstIsSettledInRanges() throws Exception {
        attachPublisher("emails");
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < 500; i++) {
            burst.writeBytes(RawPeer.transfer(0, i, false, RawPeer.message((byte) i)));
        }
        peer.write(burst.toByteArray());
        int settled = 0;
        int frames = 0;
        while (settled < 500) {
            RawPeer.Frame frame = peer.read();
            if (frame.is(Descriptor.DISPOSITION)) {
                Performative.Disposition disposition = disposition(frame);
                assertEquals(settled, disposition.first);
                assertTrue(disposition.settled && disposition.byReceiver);
                settled = disposition.last + 1;
                frames++;
            }
        }
        assertTrue(frames < 100, frames + " dispositions for 500 messages");
    }

    @Test
    void aMessageInManyTransfersIsPutTogether() throws Exception {
        attachPublisher("emails");
        byte[] data = new byte[100_000];
        new Random(3).nextBytes(data);
        byte[] message = RawPeer.message(data);
        for (int at = 0; at < message.length; at += 7_000) {
            int end = Math.min(message.length, at + 7_000);
            peer.write(RawPeer.transfer(0, 0, end < message.length, Arrays.copyOfRange(message, at, end)));
        }
        peer.expect(Descriptor.DISPOSITION);
        assertArrayEquals(
                message,
                front.broker
                        .commands(Command.Publish.class)
                        .getFirst()
                        .message()
                        .payload());
    }

    @Test
    void anAbortedMessageIsForgottenAndItsCreditComesBack() throws Exception {
        attachPublisher("emails");
        peer.write(RawPeer.transfer(0, 0, true, new byte[100]));
        peer.write(RawPeer.performative(0, Descriptor.TRANSFER, out -> {
            out.uint(0);
            for (int i = 0; i < 8; i++) {
                out.put(TypeCode.NULL);
            }
            out.bool(true);
            return 10;
        }));
        Performative.Flow flow = flow(peer.expect(Descriptor.FLOW));
        assertEquals(1, flow.deliveryCount);
        assertEquals(MemoryBroker.PUBLISHER_CREDIT, flow.linkCredit);
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 1)));
        peer.expect(Descriptor.DISPOSITION);
        assertEquals(1, front.broker.commands(Command.Publish.class).size());
    }

    @Test
    void aPresettledMessageGetsNoAnswer() throws Exception {
        attachPublisher("emails");
        peer.write(RawPeer.performative(
                0,
                Descriptor.TRANSFER,
                out -> {
                    out.uint(0).uint(0).put(TypeCode.BINARY_8).put(0).uint(0).bool(true);
                    return 5;
                },
                RawPeer.message((byte) 1)));
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 2)));
        assertEquals(1, disposition(peer.expect(Descriptor.DISPOSITION)).first);
        List<Command.Publish> published = front.broker.commands(Command.Publish.class);
        assertTrue(published.get(0).settled());
        assertTrue(!published.get(1).settled());
    }

    @Test
    void aTooLargeMessageIsRejectedAndEndsItsLinkOnly() throws Exception {
        attachPublisher("emails");
        byte[] part = new byte[60_000];
        int parts = 1024 * 1024 / part.length + 1;
        for (int i = 0; i < parts; i++) {
            peer.write(RawPeer.transfer(0, 0, true, part));
        }
        RawPeer.Frame rejected = peer.expect(Descriptor.DISPOSITION);
        assertTrue(rejected.says("amqp:link:message-size-exceeded"));
        assertTrue(peer.expect(Descriptor.DETACH).says("amqp:link:message-size-exceeded"));
        // What is still under way is passed over; then the handle can be used again.
        peer.write(RawPeer.transfer(0, 0, true, part)).write(RawPeer.transfer(0, 0, false, part));
        peer.write(RawPeer.detach(0, true)).write(RawPeer.attachPublisher(0, "p2", "emails"));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 1)));
        assertEquals(1, disposition(peer.expect(Descriptor.DISPOSITION)).first);
        assertEquals(1, front.broker.commands(Command.DetachPublisher.class).size());
    }

    @Test
    void aMalformedMessageIsRejectedAndItsLinkLives() throws Exception {
        attachPublisher("emails");
        peer.write(RawPeer.transfer(0, 0, false, new byte[] {1, 2, 3}));
        List<RawPeer.Frame> frames = List.of(peer.read(), peer.read());
        assertTrue(frames.stream().anyMatch(frame -> frame.is(Descriptor.DISPOSITION) && frame.says("decode-error")));
        assertTrue(frames.stream().anyMatch(frame -> frame.is(Descriptor.FLOW)));
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 1)));
        assertEquals(1, disposition(peer.expect(Descriptor.DISPOSITION)).first);
    }

    @Test
    void aMessageForNoAddressIsRejected() throws Exception {
        peer.write(RawPeer.attachPublisher(0, "relay", null));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
        peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
        assertTrue(peer.expect(Descriptor.DISPOSITION).says("amqp:invalid-field"));
    }

    @Test
    void sendingWithoutCreditEndsTheLink() throws Exception {
        attachPublisher("emails");
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        // The broker is held up, so that it cannot grant more while these are under way.
        CountDownLatch held = new CountDownLatch(1);
        front.broker.run(() -> awaitLatch(held));
        for (int i = 0; i <= MemoryBroker.PUBLISHER_CREDIT; i++) {
            burst.writeBytes(RawPeer.transfer(0, i, false, RawPeer.message((byte) i)));
        }
        peer.write(burst.toByteArray());
        assertTrue(peer.expect(Descriptor.DETACH).says("amqp:link:transfer-limit-exceeded"));
        held.countDown();
        peer.write(RawPeer.detach(0, true)).write(RawPeer.attachPublisher(0, "again", "emails"));
        RawPeer.Frame frame = peer.read();
        while (!frame.is(Descriptor.ATTACH)) {
            frame = peer.read();
        }
        assertEquals(
                MemoryBroker.PUBLISHER_CREDIT,
                front.broker.commands(Command.Publish.class).size());
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aWholeSessionMayComeByteByByte() throws Exception {
        try (RawPeer slow = new RawPeer(front.port())) {
            slow.trickle(RawPeer.join(
                    RawPeer.AMQP_HEADER,
                    RawPeer.open("slow", 65536, 0),
                    RawPeer.begin(0),
                    RawPeer.attachPublisher(0, "p", "emails")));
            slow.readHeader();
            slow.expect(Descriptor.OPEN);
            slow.expect(Descriptor.BEGIN);
            slow.expect(Descriptor.ATTACH);
            slow.expect(Descriptor.FLOW);
            slow.trickle(RawPeer.transfer(0, 0, false, RawPeer.message(new byte[300])));
            slow.expect(Descriptor.DISPOSITION);
            slow.trickle(RawPeer.detach(0, true));
            slow.expect(Descriptor.DETACH);
            slow.trickle(RawPeer.closeFrame());
            slow.expect(Descriptor.CLOSE);
        }
    }

    // ---- consuming

    @Test
    void dispositionsTouchExactlyTheUnsettledOfTheirRange() throws Exception {
        List<Integer> ids = receive(10);
        peer.write(RawPeer.disposition(ids.get(0), ids.get(4), true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(ids.get(7), ids.get(7), true, Descriptor.RELEASED));
        // 3..8 has gaps now: 3 and 4 are settled, so is 7.
        peer.write(RawPeer.disposition(ids.get(3), ids.get(8), true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(ids.get(9), ids.get(9) + 1000, true, Descriptor.ACCEPTED));
        await().untilAsserted(() -> {
            assertEquals(9, settledAs(Outcome.ACCEPTED).length);
            assertEquals(1, settledAs(Outcome.RELEASED).length);
        });
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6, 7, 9, 10}, settledAs(Outcome.ACCEPTED));
    }

    @Test
    void dispositionsOfUnknownDeliveriesArePassedOver() throws Exception {
        receive(1);
        peer.write(RawPeer.disposition(500, 600, true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
        peer.write(RawPeer.disposition(0, 0, true, Descriptor.ACCEPTED));
        await().until(() -> settledAs(Outcome.ACCEPTED).length == 1);
        assertAlive();
        assertEquals(1, settledAs(Outcome.ACCEPTED).length);
    }

    @Test
    void theWidestRangeIsQuick() throws Exception {
        receive(3);
        long begun = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            peer.write(RawPeer.disposition(0, -1, true, Descriptor.ACCEPTED));
        }
        assertAlive();
        assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 2_000);
        await().untilAsserted(() -> assertArrayEquals(new long[] {1, 2, 3}, settledAs(Outcome.ACCEPTED)));
    }

    @Test
    void whoSettlesSecondIsSettledBack() throws Exception {
        receive(4);
        peer.write(RawPeer.disposition(0, 3, false, Descriptor.ACCEPTED));
        Performative.Disposition back = disposition(peer.expect(Descriptor.DISPOSITION));
        assertTrue(!back.byReceiver && back.settled);
        assertEquals(0, back.first);
        assertEquals(3, back.last);
        await().untilAsserted(() -> assertArrayEquals(new long[] {1, 2, 3, 4}, settledAs(Outcome.ACCEPTED)));
    }

    @Test
    void outcomesReachTheBrokerAsTheyWereMeant() throws Exception {
        receive(5);
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

    @Test
    void creditIsNeverExceeded() throws Exception {
        publish(50);
        attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, 7, false));
        for (int i = 0; i < 7; i++) {
            assertEquals(i, (int) transfer(peer.expect(Descriptor.TRANSFER)).deliveryId);
        }
        assertAlive();
        // Five more than what has come: 12 by the peer's count.
        peer.write(RawPeer.flow(1, 0, 1_000_000, 7, 5, false));
        for (int i = 7; i < 12; i++) {
            assertEquals(i, (int) transfer(peer.expect(Descriptor.TRANSFER)).deliveryId);
        }
        assertAlive();
        // An old count: of the ten it names, three have come since.
        peer.write(RawPeer.flow(1, 0, 1_000_000, 9, 10, false));
        for (int i = 12; i < 19; i++) {
            assertEquals(i, (int) transfer(peer.expect(Descriptor.TRANSFER)).deliveryId);
        }
        assertAlive();
    }

    @Test
    void drainGivesWhatIsThereAndTheRestOfTheCreditBack() throws Exception {
        publish(3);
        attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, 10, true));
        for (int i = 0; i < 3; i++) {
            peer.expect(Descriptor.TRANSFER);
        }
        Performative.Flow drained = flow(peer.expect(Descriptor.FLOW));
        assertEquals(10, drained.deliveryCount);
        assertEquals(0, drained.linkCredit);
        assertTrue(drained.drain);
        publish(1);
        assertAlive();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 10, 1, false));
        peer.expect(Descriptor.TRANSFER);
    }

    @Test
    void theSessionsWindowIsKept() throws Exception {
        publish(10);
        attachConsumer();
        peer.write(RawPeer.flow(1, 1, 4, 0, 100, false));
        for (int i = 0; i < 4; i++) {
            peer.expect(Descriptor.TRANSFER);
        }
        assertAlive();
        // Our first transfer had the id 1, so 5 is next.
        peer.write(RawPeer.performative(0, Descriptor.FLOW, out -> {
            out.uint(5).uint(6).uint(0).uint(100);
            return 4;
        }));
        for (int i = 4; i < 10; i++) {
            peer.expect(Descriptor.TRANSFER);
        }
    }

    @Test
    void aLargeMessageIsCutToThePeersFrameSize() throws Exception {
        byte[] data = new byte[50_000];
        new Random(5).nextBytes(data);
        attachPublisher("emails");
        peer.write(RawPeer.transfer(0, 0, false, RawPeer.message(data)));
        peer.expect(Descriptor.DISPOSITION);
        try (RawPeer small = new RawPeer(front.port())) {
            small.write(RawPeer.AMQP_HEADER)
                    .write(RawPeer.open("small", 512, 0))
                    .write(RawPeer.begin(0));
            small.write(RawPeer.attachConsumer(1, "c", "emails"));
            small.write(RawPeer.flow(1, 0, 1_000_000, 0, 1, false));
            small.readHeader();
            small.expect(Descriptor.OPEN);
            small.expect(Descriptor.BEGIN);
            small.expect(Descriptor.ATTACH);
            ByteArrayOutputStream came = new ByteArrayOutputStream();
            boolean more = true;
            while (more) {
                RawPeer.Frame frame = small.expect(Descriptor.TRANSFER);
                assertTrue(frame.body().length + 8 <= 512);
                AmqpReader fields = frame.fields();
                Performative.Transfer transfer = new Performative.Transfer();
                transfer.read(fields);
                came.write(frame.body(), fields.position(), fields.remaining());
                more = transfer.more;
            }
            byte[] all = came.toByteArray();
            byte[] message = RawPeer.message(data);
            assertArrayEquals(message, Arrays.copyOfRange(all, all.length - message.length, all.length));
        }
    }

    @Test
    void aPeerThatDoesNotReadIsWaitedForAndGetsEverythingLater() throws Exception {
        int count = 600;
        byte[] data = new byte[20_000];
        attachPublisher("emails");
        for (int i = 0; i < count; i++) {
            peer.write(RawPeer.transfer(0, i, false, RawPeer.message(data)));
        }
        await().until(() -> front.broker.commands(Command.Publish.class).size() == count);
        try (RawPeer lazy = RawPeer.begun(front.port())) {
            lazy.write(RawPeer.attachConsumer(0, "lazy", "emails"));
            lazy.expect(Descriptor.ATTACH);
            lazy.write(RawPeer.flow(0, 0, 1_000_000, 0, count, false));
            // Until the sockets between us are full.
            await().until(new NoLongerChanges(() -> front.statistics().messagesOut()));
            long sentUnread = front.statistics().messagesOut();
            assertTrue(sentUnread < count, sentUnread + " messages of 20 kB are on their way to who does not read");
            publish(1);
            for (int i = 0; i < count; i++) {
                assertEquals(i, (int) transfer(lazy.expect(Descriptor.TRANSFER)).deliveryId);
            }
        }
    }

    /** True once a number has been the same for some time. */
    private static final class NoLongerChanges implements Callable<Boolean> {

        private static final int TIMES = 4;

        private final LongSupplier number;
        private long last = -1;
        private int same;

        NoLongerChanges(LongSupplier number) {
            this.number = number;
        }

        @Override
        public Boolean call() {
            long now = number.getAsLong();
            same = now == last && now > 0 ? same + 1 : 0;
            last = now;
            return same >= TIMES;
        }
    }

    @Test
    void unfinishedMessagesOfAllLinksTogetherAreBounded() throws Exception {
        byte[] part = new byte[60_000];
        int parts = 1024 * 1024 / part.length;
        int links = 18;
        for (int handle = 0; handle < links; handle++) {
            peer.write(RawPeer.attachPublisher(handle, "p" + handle, "emails"));
            peer.expect(Descriptor.ATTACH);
        }
        for (int handle = 0; handle < links; handle++) {
            for (int i = 0; i < parts; i++) {
                peer.write(RawPeer.transfer(handle, handle, true, part));
            }
        }
        assertTrue(peer.expect(Descriptor.DETACH).says("amqp:resource-limit-exceeded"));
    }

    @Test
    void detachAndCloseAreAnsweredInKindAndToldOnce() throws Exception {
        receive(2);
        peer.write(RawPeer.detach(1, false));
        AmqpReader detach = peer.expect(Descriptor.DETACH).fields();
        detach.beginList();
        detach.skip();
        assertEquals(false, detach.hasRemaining() && detach.readBoolean(false));
        peer.write(RawPeer.attachConsumer(1, "c", "emails"));
        peer.expect(Descriptor.ATTACH);
        peer.write(RawPeer.detach(1, true));
        AmqpReader close = peer.expect(Descriptor.DETACH).fields();
        close.beginList();
        close.skip();
        assertTrue(close.readBoolean(false));
        peer.write(RawPeer.end(0));
        peer.expect(Descriptor.END);
        peer.close();
        await().until(() -> front.statistics().connections() == 0);
        assertToldOnce(2);
    }

    @Test
    void aLostConnectionIsToldOnceForEachLink() throws Exception {
        receive(2);
        peer.close();
        await().until(() -> front.statistics().connections() == 0);
        assertToldOnce(1);
        assertEquals(0, front.statistics().consumers());
        assertEquals(0, front.statistics().publishers());
    }

    /** Two publishers were there, on this connection and on the other that the messages came from. */
    private void assertToldOnce(int consumers) {
        front.broker.settle();
        List<Command.DetachConsumer> ofConsumers = front.broker.commands(Command.DetachConsumer.class);
        List<Command.DetachPublisher> ofPublishers = front.broker.commands(Command.DetachPublisher.class);
        assertEquals(consumers, ofConsumers.size());
        assertEquals(2, ofPublishers.size());
        assertEquals(consumers, ofConsumers.stream().distinct().count());
        assertEquals(2, ofPublishers.stream().distinct().count());
    }

    @Test
    void aDetachBeforeTheAnswerIsAnsweredAfterAnAttach() throws Exception {
        peer.write(RawPeer.join(RawPeer.attachConsumer(3, "hasty", "emails"), RawPeer.detach(3, true)));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.DETACH);
        await().until(() -> front.broker.commands(Command.DetachConsumer.class).size() == 1);
    }

    @Test
    void aRefusedLinkIsAnsweredWithoutTerminusAndDetached() throws Exception {
        peer.write(RawPeer.attachConsumer(0, "c", "missing"));
        AmqpReader attach = peer.expect(Descriptor.ATTACH).fields();
        attach.beginList();
        for (int i = 0; i < 5; i++) {
            attach.skip();
        }
        assertTrue(attach.skipNull(), "the source of a refused link");
        assertTrue(peer.expect(Descriptor.DETACH).says("amqp:not-found"));
        peer.write(RawPeer.detach(0, true));
        assertAlive();
    }

    // ---- helpers

    private void attachPublisher(String address) throws IOException {
        peer.write(RawPeer.attachPublisher(0, "p", address));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
    }

    private void attachConsumer() throws IOException {
        peer.write(RawPeer.attachConsumer(1, "c", "emails"));
        peer.expect(Descriptor.ATTACH);
    }

    /** Publishes on another connection. */
    private void publish(int count) throws IOException {
        try (RawPeer other = RawPeer.begun(front.port())) {
            other.write(RawPeer.attachPublisher(0, "other", "emails"));
            other.expect(Descriptor.ATTACH);
            other.expect(Descriptor.FLOW);
            for (int i = 0; i < count; i++) {
                other.write(RawPeer.transfer(0, i, false, RawPeer.message((byte) i)));
            }
            int settled = 0;
            while (settled < count) {
                RawPeer.Frame frame = other.read();
                if (frame.is(Descriptor.DISPOSITION)) {
                    settled = disposition(frame).last + 1;
                }
            }
        }
    }

    /** Publishes and receives so many; answers their delivery ids. */
    private List<Integer> receive(int count) throws IOException {
        attachPublisher("elsewhere");
        publish(count);
        attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, count, false));
        List<Integer> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add((int) transfer(peer.expect(Descriptor.TRANSFER)).deliveryId);
        }
        return ids;
    }

    /** Nothing else comes before the answer to a begin. */
    private int channel = 10;

    private void assertAlive() throws IOException {
        peer.write(RawPeer.begin(++channel));
        peer.expect(Descriptor.BEGIN);
    }

    /** Of what the broker has been handed so far, also what waits for its thread. */
    private long[] settledAs(Outcome outcome) {
        front.broker.settle();
        return front.broker.commands(Command.Settle.class).stream()
                .filter(settle -> settle.outcome().equals(outcome))
                .flatMapToLong(settle -> LongStream.of(settle.deliveryIds()))
                .toArray();
    }

    private static Performative.Flow flow(RawPeer.Frame frame) {
        Performative.Flow flow = new Performative.Flow();
        flow.read(frame.fields());
        return flow;
    }

    private static Performative.Transfer transfer(RawPeer.Frame frame) {
        Performative.Transfer transfer = new Performative.Transfer();
        transfer.read(frame.fields());
        return transfer;
    }

    private static Performative.Disposition disposition(RawPeer.Frame frame) {
        Performative.Disposition disposition = new Performative.Disposition();
        disposition.read(frame.fields());
        return disposition;
    }
}
