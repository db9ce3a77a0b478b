package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.BrokerError;
import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.PublisherLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer does wrong ends its own connection within two seconds, with the right error, and harms nobody else. */
@Timeout(20)
class BadPeerTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private AmqpFront front;
    private RawPeer bystander;

    @BeforeEach
    void start() throws Exception {
        front = AmqpFront.start();
        bystander = RawPeer.begun(front.port());
        bystander.write(RawPeer.attachPublisher(0, "bystander", "emails"));
        bystander.expect(Descriptor.ATTACH);
        bystander.expect(Descriptor.FLOW);
    }

    @AfterEach
    void bystanderIsUnharmed() throws Exception {
        bystander.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
        bystander.expect(Descriptor.DISPOSITION);
        bystander.close();
        front.close();
    }

    @Test
    void bytesThatAreNoHeaderAreAnsweredWithOurHeader() throws Exception {
        try (RawPeer peer = new RawPeer(front.port())) {
            long begun = System.nanoTime();
            peer.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readBytesToEnd());
            assertEndedInTime(begun);
        }
    }

    @Test
    void aSingleWrongByteIsEnough() throws Exception {
        try (RawPeer peer = new RawPeer(front.port())) {
            long begun = System.nanoTime();
            peer.write(new byte[] {'X'});
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readBytesToEnd());
            assertEndedInTime(begun);
        }
    }

    @Test
    void anotherVersionIsAnsweredWithOurHeader() throws Exception {
        try (RawPeer peer = new RawPeer(front.port())) {
            peer.write(new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1});
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readBytesToEnd());
        }
    }

    @Test
    void aProtocolThatIsNotSpokenIsAnsweredWithOurHeader() throws Exception {
        try (RawPeer peer = new RawPeer(front.port())) {
            peer.write(new byte[] {'A', 'M', 'Q', 'P', 2, 1, 0, 0});
            assertArrayEquals(RawPeer.AMQP_HEADER, peer.readBytesToEnd());
        }
    }

    @Test
    void anOversizeFrameIsRefusedBeforeItsBytesCome() throws Exception {
        assertClosed("framing-error", new byte[] {0x7f, 0, 0, 0, 2, 0, 0, 0});
    }

    @Test
    void aFrameSizeBeyondTheNumbersIsRefused() throws Exception {
        assertClosed("framing-error", new byte[] {-1, -1, -1, -1, 2, 0, 0, 0});
    }

    @Test
    void anUndersizeFrameIsRefused() throws Exception {
        assertClosed("framing-error", new byte[] {0, 0, 0, 7, 2, 0, 0, 0});
    }

    @Test
    void aBodyOutsideOfItsFrameIsRefused() throws Exception {
        assertClosed("framing-error", new byte[] {0, 0, 0, 8, 9, 0, 0, 0});
        assertClosed("framing-error", new byte[] {0, 0, 0, 8, 1, 0, 0, 0});
    }

    @Test
    void aFrameOfAnUnknownTypeIsRefused() throws Exception {
        assertClosed(
                "framing-error",
                RawPeer.frame(
                        7, 0, new ByteWriter(8).descriptor(Descriptor.FLOW).put(0x45)));
    }

    @Test
    void bytesThatAreNoPerformativeAreRefused() throws Exception {
        assertClosed("decode-error", RawPeer.frame(0, 0, new ByteWriter(8).put(new byte[] {1, 2, 3, 4, 5, 6, 7})));
    }

    @Test
    void anUnknownPerformativeIsRefused() throws Exception {
        assertClosed("not-implemented", RawPeer.performative(0, 0x1f, out -> 0));
    }

    @Test
    void aPerformativeWithFieldsOfTheWrongTypeIsRefused() throws Exception {
        assertClosed("decode-error", RawPeer.performative(0, Descriptor.ATTACH, out -> {
            out.bool(true).bool(true).bool(true);
            return 3;
        }));
        assertClosed("", RawPeer.performative(1, Descriptor.BEGIN, out -> {
            out.put(TypeCode.NULL).uint(0).uint(1).uint(1).string("handle-max");
            return 5;
        }));
    }

    @Test
    void aPerformativeCutShortIsRefused() throws Exception {
        byte[] whole = RawPeer.attachPublisher(1, "cut", "emails");
        for (int length = 9; length < whole.length; length += 5) {
            byte[] cut = Arrays.copyOf(whole, length);
            cut[3] = (byte) length;
            assertClosed("", cut);
        }
    }

    @Test
    void absurdNestingIsRefused() throws Exception {
        ByteWriter descriptors =
                new ByteWriter(70_000).descriptor(Descriptor.ATTACH).put(TypeCode.LIST_32);
        descriptors.putInt(60_000).putInt(1);
        for (int i = 0; i < 60_000 - 4; i++) {
            descriptors.put(TypeCode.DESCRIBED);
        }
        assertClosed("decode-error", RawPeer.frame(0, 0, descriptors));

        ByteWriter lists = new ByteWriter(100_000);
        lists.descriptor(Descriptor.OPEN);
        int depth = 6_000;
        for (int i = depth; i > 0; i--) {
            lists.put(TypeCode.LIST_32).putInt(i * 9 - 5).putInt(i == 1 ? 0 : 1);
        }
        assertClosed("", RawPeer.frame(0, 0, lists));
        assertClosed("decode-error", RawPeer.frame(0, 0, nestedProperties(lists)));
    }

    private static ByteWriter nestedProperties(ByteWriter lists) {
        ByteWriter attach = new ByteWriter(100_000).descriptor(Descriptor.ATTACH);
        int list = attach.beginCompound(TypeCode.LIST_32);
        attach.string("nested").uint(0).bool(false);
        attach.put(lists.bytes(), 3, lists.length() - 3);
        attach.endCompound(list, 4);
        return attach;
    }

    @Test
    void countsThatTheBytesDoNotBearAreRefused() throws Exception {
        assertClosed("decode-error", RawPeer.performative(0, Descriptor.ATTACH, out -> {
            out.string("counts")
                    .uint(0)
                    .bool(false)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL);
            out.put(TypeCode.NULL)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL)
                    .put(TypeCode.NULL);
            // An array of 2^31-1 nulls, which take no bytes at all.
            out.put(0xf0).putInt(5).putInt(Integer.MAX_VALUE).put(TypeCode.NULL);
            return 12;
        }));
        assertClosed("decode-error", RawPeer.performative(0, Descriptor.FLOW, out -> {
            out.put(TypeCode.LIST_32).putInt(4).putInt(Integer.MAX_VALUE);
            return 1;
        }));
    }

    @Test
    void aFrameBeforeTheOpenIsRefused() throws Exception {
        try (RawPeer peer = new RawPeer(front.port())) {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.begin(0));
            peer.readHeader();
            assertSays("illegal-state", peer.readToEnd());
        }
    }

    @Test
    void aSecondOpenIsRefused() throws Exception {
        assertClosed("illegal-state", RawPeer.open("again", 65536, 0));
    }

    @Test
    void aFrameOnAChannelWithoutSessionIsRefused() throws Exception {
        assertClosed("framing-error", RawPeer.end(9));
        assertClosed("framing-error", RawPeer.performative(9, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(0);
            return 2;
        }));
    }

    @Test
    void aChannelAboveTheHighestIsRefused() throws Exception {
        assertClosed("framing-error", RawPeer.begin(4_000));
    }

    @Test
    void aSecondBeginOnAChannelIsRefused() throws Exception {
        assertClosed("not-allowed", RawPeer.begin(0));
    }

    @Test
    void aHandleBeyondTheHighestIsRefused() throws Exception {
        assertClosed("framing-error", RawPeer.attachPublisher(70_000, "far", "emails"));
    }

    @Test
    void deliveryIdsThatDoNotCountUpAreRefused() throws Exception {
        byte[] message = RawPeer.message((byte) 1);
        assertClosed(
                "not-allowed",
                RawPeer.attachPublisher(0, "jumping", "emails"),
                RawPeer.AWAIT_CREDIT,
                RawPeer.transfer(0, 5, false, message),
                RawPeer.transfer(0, 9, false, message));
    }

    @Test
    void aDispositionThatRunsBackwardsIsRefused() throws Exception {
        assertClosed("invalid-field", RawPeer.disposition(9, 3, true, Descriptor.ACCEPTED));
    }

    @Test
    void aDetachThatCannotBeDecodedLeavesNoLinkBehind() throws Exception {
        assertClosed(
                "",
                RawPeer.attachPublisher(0, "left", "emails"),
                RawPeer.AWAIT_CREDIT,
                RawPeer.performative(0, Descriptor.DETACH, out -> {
                    out.uint(0).bool(true).descriptor(Descriptor.ERROR);
                    int error = out.beginCompound(TypeCode.LIST_32);
                    out.string("a condition is a symbol")
                            .put(TypeCode.USHORT)
                            .put(1)
                            .put(2);
                    out.endCompound(error, 2);
                    return 3;
                }));
        // The peer may read of the close before the core is told.
        await().until(() -> front.broker.commands(Command.DetachPublisher.class).size() == 1);
    }

    @Test
    void anAttachThatCannotBeAnsweredInThePeersFramesEndsItsSessionOnly() throws Exception {
        try (RawPeer peer = smallFrames()) {
            peer.write(RawPeer.attachPublisher(0, "n".repeat(600), "emails"));
            RawPeer.Frame end = peer.expect(Descriptor.END);
            assertTrue(end.says("frame-size-too-small"));
            peer.write(RawPeer.end(0)).write(RawPeer.closeFrame());
            peer.expect(Descriptor.CLOSE);
        }
    }

    @Test
    void anErrorIsCutToThePeersFrames() throws Exception {
        try (RawPeer peer = smallFrames()) {
            peer.write(RawPeer.attachPublisher(0, "cut", "emails"));
            peer.expect(Descriptor.ATTACH);
            PublisherLink link = front.broker
                    .commands(Command.AttachPublisher.class)
                    .getLast()
                    .link();
            front.broker.run(() -> link.closed(new BrokerError(BrokerError.Code.RESOURCE_DELETED, "é".repeat(600))));
            RawPeer.Frame detach = peer.expect(Descriptor.DETACH);
            assertTrue(detach.says("resource-deleted"));
            assertTrue(
                    detach.body().length + 8 <= AmqpSettings.MIN_MAX_FRAME_SIZE, () -> detach.body().length + " bytes");
        }
    }

    /** A begun session of a peer that takes only the smallest frames. */
    private RawPeer smallFrames() throws IOException {
        RawPeer peer = new RawPeer(front.port());
        peer.write(RawPeer.AMQP_HEADER)
                .write(RawPeer.open("small", AmqpSettings.MIN_MAX_FRAME_SIZE, 0))
                .write(RawPeer.begin(0));
        peer.readHeader();
        peer.expect(Descriptor.OPEN);
        peer.expect(Descriptor.BEGIN);
        return peer;
    }

    @Test
    void aHandleInUseEndsItsSessionOnly() throws Exception {
        assertSessionEnds(
                "handle-in-use",
                RawPeer.attachPublisher(0, "one", "emails"),
                RawPeer.attachPublisher(0, "two", "emails"));
    }

    @Test
    void aNameInUseEndsItsSessionOnly() throws Exception {
        assertSessionEnds(
                "not-allowed",
                RawPeer.attachPublisher(0, "same", "emails"),
                RawPeer.attachPublisher(1, "same", "emails"));
    }

    @Test
    void aTransferWithoutALinkEndsItsSessionOnly() throws Exception {
        assertSessionEnds("unattached-handle", RawPeer.transfer(3, 0, false, RawPeer.message((byte) 1)));
    }

    @Test
    void aDetachWithoutALinkEndsItsSessionOnly() throws Exception {
        assertSessionEnds("unattached-handle", RawPeer.detach(3, true));
    }

    @Test
    void randomBytesAfterTheOpenEndTheConnection() throws Exception {
        Random random = new Random(42);
        for (int i = 0; i < 50; i++) {
            byte[] garbage = new byte[64 + random.nextInt(512)];
            random.nextBytes(garbage);
            // A size that is allowed, so that the garbage is looked into.
            garbage[0] = 0;
            garbage[1] = 0;
            garbage[2] = 0;
            garbage[3] = (byte) 60;
            garbage[4] = 2;
            garbage[5] = 0;
            assertClosed("", garbage);
        }
    }

    @Test
    void whoDoesNotOpenInTimeIsDisconnected() throws Exception {
        try (AmqpFront strict = AmqpFront.start(AmqpFront.settings()
                        .withTimeouts(Duration.ofSeconds(60), Duration.ofMillis(200), Duration.ofMillis(100)));
                RawPeer silent = new RawPeer(strict.port());
                RawPeer halfway = new RawPeer(strict.port())) {
            halfway.write(RawPeer.AMQP_HEADER);
            long begun = System.nanoTime();
            silent.readBytesToEnd();
            halfway.readBytesToEnd();
            assertEndedInTime(begun);
        }
    }

    /** Writes frames on a begun session and expects a close with this error, and the end of the stream in time. */
    private void assertClosed(String error, byte[]... frames) throws Exception {
        try (RawPeer peer = RawPeer.begun(front.port())) {
            long begun = System.nanoTime();
            for (byte[] frame : frames) {
                if (frame == RawPeer.AWAIT_CREDIT) {
                    peer.expect(Descriptor.ATTACH);
                    peer.expect(Descriptor.FLOW);
                } else {
                    peer.write(frame);
                }
            }
            assertSays(error, peer.readToEnd());
            assertEndedInTime(begun);
        }
    }

    private static void assertSays(String error, List<RawPeer.Frame> frames) {
        RawPeer.Frame last = frames.getLast();
        assertEquals(Descriptor.CLOSE, last.code(), "the last frame");
        assertTrue(last.says(error), () -> new String(last.body(), StandardCharsets.ISO_8859_1));
    }

    private static void assertEndedInTime(long begun) {
        Duration taken = Duration.ofNanos(System.nanoTime() - begun);
        assertTrue(taken.compareTo(LIMIT) < 0, () -> "took " + taken);
    }

    /** Writes frames and expects the end of the session with this error; another session goes on. */
    private void assertSessionEnds(String error, byte[]... frames) throws IOException {
        try (RawPeer peer = RawPeer.begun(front.port())) {
            peer.write(RawPeer.begin(1));
            peer.expect(Descriptor.BEGIN);
            for (byte[] frame : frames) {
                peer.write(frame);
            }
            RawPeer.Frame frame = peer.read();
            while (!frame.is(Descriptor.END)) {
                frame = peer.read();
            }
            assertEquals(0, frame.channel());
            assertTrue(frame.says(error), new String(frame.body(), StandardCharsets.ISO_8859_1));
            peer.write(RawPeer.end(0)).write(RawPeer.end(1));
            assertEquals(1, peer.expect(Descriptor.END).channel());
            peer.write(RawPeer.closeFrame());
            peer.expect(Descriptor.CLOSE);
        }
    }
}
