package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What publishers send, frame by frame: transfers in one and in many frames, credit, outcomes. */
@Timeout(20)
class PublishingWireTest {

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
    void theAttachAnnouncesTheMessageSizeAndCreditFollowsAtOnce() throws Exception {
        peer.write(RawPeer.attachPublisher(0, "p", "emails"));
        AmqpReader attach = peer.expect(Descriptor.ATTACH).fields();
        int count = attach.beginList();
        assertEquals(11, count);
        for (int i = 0; i < 10; i++) {
            attach.skip();
        }
        assertEquals(1024 * 1024, attach.readUnsigned());
        assertEquals(MemoryBroker.PUBLISHER_CREDIT, peer.expect(Descriptor.FLOW).flow().linkCredit);
    }

    @Test
    void aBurstIsSettledInRanges() throws Exception {
        session.attachPublisher("emails");
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
                Performative.Disposition disposition = frame.disposition();
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
        session.attachPublisher("emails");
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
        session.attachPublisher("emails");
        peer.write(RawPeer.transfer(0, 0, true, new byte[100]));
        peer.write(RawPeer.performative(0, Descriptor.TRANSFER, out -> {
            out.uint(0);
            for (int i = 0; i < 8; i++) {
                out.put(TypeCode.NULL);
            }
            out.bool(true);
            return 10;
        }));
        Performative.Flow flow = peer.expect(Descriptor.FLOW).flow();
        assertEquals(1, flow.deliveryCount);
        assertEquals(MemoryBroker.PUBLISHER_CREDIT, flow.linkCredit);
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 1)));
        peer.expect(Descriptor.DISPOSITION);
        assertEquals(1, front.broker.commands(Command.Publish.class).size());
    }

    @Test
    void aPresettledMessageGetsNoAnswer() throws Exception {
        session.attachPublisher("emails");
        peer.write(RawPeer.performative(
                0,
                Descriptor.TRANSFER,
                out -> {
                    out.uint(0).uint(0).put(TypeCode.BINARY_8).put(0).uint(0).bool(true);
                    return 5;
                },
                RawPeer.message((byte) 1)));
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 2)));
        assertEquals(1, peer.expect(Descriptor.DISPOSITION).disposition().first);
        List<Command.Publish> published = front.broker.commands(Command.Publish.class);
        assertTrue(published.get(0).settled());
        assertTrue(!published.get(1).settled());
    }

    @Test
    void aTooLargeMessageIsRejectedAndEndsItsLinkOnly() throws Exception {
        session.attachPublisher("emails");
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
        assertEquals(1, peer.expect(Descriptor.DISPOSITION).disposition().first);
        assertEquals(1, front.broker.commands(Command.DetachPublisher.class).size());
    }

    @Test
    void aMalformedMessageIsRejectedAndItsLinkLives() throws Exception {
        session.attachPublisher("emails");
        peer.write(RawPeer.transfer(0, 0, false, new byte[] {1, 2, 3}));
        List<RawPeer.Frame> frames = List.of(peer.read(), peer.read());
        assertTrue(frames.stream().anyMatch(frame -> frame.is(Descriptor.DISPOSITION) && frame.says("decode-error")));
        assertTrue(frames.stream().anyMatch(frame -> frame.is(Descriptor.FLOW)));
        peer.write(RawPeer.transfer(0, 1, false, RawPeer.message((byte) 1)));
        assertEquals(1, peer.expect(Descriptor.DISPOSITION).disposition().first);
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
        session.attachPublisher("emails");
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
}
