package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What consumers are sent, frame by frame: credit, drain, windows, frame sizes, peers that do not read. */
@Timeout(20)
class DeliveringWireTest {

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
    void creditIsNeverExceeded() throws Exception {
        session.publish(50);
        session.attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, 7, false));
        for (int i = 0; i < 7; i++) {
            assertEquals(i, (int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId);
        }
        session.assertAlive();
        // Five more than what has come: 12 by the peer's count.
        peer.write(RawPeer.flow(1, 0, 1_000_000, 7, 5, false));
        for (int i = 7; i < 12; i++) {
            assertEquals(i, (int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId);
        }
        session.assertAlive();
        // An old count: of the ten it names, three have come since.
        peer.write(RawPeer.flow(1, 0, 1_000_000, 9, 10, false));
        for (int i = 12; i < 19; i++) {
            assertEquals(i, (int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId);
        }
        session.assertAlive();
    }

    @Test
    void drainGivesWhatIsThereAndTheRestOfTheCreditBack() throws Exception {
        session.publish(3);
        session.attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, 10, true));
        for (int i = 0; i < 3; i++) {
            peer.expect(Descriptor.TRANSFER);
        }
        Performative.Flow drained = peer.expect(Descriptor.FLOW).flow();
        assertEquals(10, drained.deliveryCount);
        assertEquals(0, drained.linkCredit);
        assertTrue(drained.drain);
        session.publish(1);
        session.assertAlive();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 10, 1, false));
        peer.expect(Descriptor.TRANSFER);
    }

    @Test
    void theEndOfAnEarlierDrainIsNoAnswerToALaterOne() throws Exception {
        session.publish(2);
        session.attachConsumer();
        CompletableFuture<Void> askedAgain = new CompletableFuture<>();
        front.broker.beforeDrained(askedAgain::join);
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, 1, true));
        peer.expect(Descriptor.TRANSFER);
        // A client that pulls one message after another asks again as soon as one is there.
        CompletableFuture<Void> firstAnswered = new CompletableFuture<>();
        front.broker.run(firstAnswered::join);
        peer.write(RawPeer.flow(1, 1, 1_000_000, 1, 1, true));
        session.assertAlive();
        askedAgain.complete(null);
        session.assertAlive();
        firstAnswered.complete(null);
        assertTrue(peer.read().is(Descriptor.TRANSFER), "the first drain was done already, and is not answered again");
        Performative.Flow drained = peer.expect(Descriptor.FLOW).flow();
        assertEquals(2, drained.deliveryCount);
        assertEquals(0, drained.linkCredit);
    }

    @Test
    void theSessionsWindowIsKept() throws Exception {
        session.publish(10);
        session.attachConsumer();
        peer.write(RawPeer.flow(1, 1, 4, 0, 100, false));
        for (int i = 0; i < 4; i++) {
            peer.expect(Descriptor.TRANSFER);
        }
        session.assertAlive();
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
        session.attachPublisher("emails");
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
        session.attachPublisher("emails");
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
            session.publish(1);
            for (int i = 0; i < count; i++) {
                assertEquals(i, (int) lazy.expect(Descriptor.TRANSFER).transfer().deliveryId);
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
}
