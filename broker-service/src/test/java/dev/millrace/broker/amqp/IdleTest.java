package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Idle time-outs in both directions (AMQP 1.0, part 2, section 2.4.5). */
@Timeout(20)
class IdleTest {

    private static final Duration IDLE = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(10);

    @Test
    void aSilentPeerIsDisconnected() throws Exception {
        try (AmqpFront front = AmqpFront.start(AmqpFront.settings().withTimeouts(IDLE, LONG, LONG));
                RawPeer peer = RawPeer.begun(front.port())) {
            long begun = System.nanoTime();
            RawPeer.Frame close = peer.expect(Descriptor.CLOSE);
            assertTrue(close.says("amqp:resource-limit-exceeded"));
            long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
            assertTrue(millis >= 300 && millis < 2_000, millis + " ms");
        }
    }

    @Test
    void emptyFramesKeepAConnectionAlive() throws Exception {
        try (AmqpFront front = AmqpFront.start(AmqpFront.settings().withTimeouts(IDLE, LONG, LONG));
                RawPeer peer = new RawPeer(front.port())) {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("lively", 65536, 100));
            peer.readHeader();
            AmqpReader open = peer.expect(Descriptor.OPEN).fields();
            open.beginList();
            for (int i = 0; i < 4; i++) {
                open.skip();
            }
            assertEquals(IDLE.toMillis() / 2, open.readUnsigned(), "half of the time-out is announced");
            // Each of ours is answered with one of theirs, for longer than the time-out.
            for (int i = 0; i < 20; i++) {
                assertEquals(0, peer.readAny().body().length);
                peer.write(FrameEncoder.EMPTY_FRAME);
            }
            peer.write(RawPeer.begin(0));
            peer.expect(Descriptor.BEGIN);
        }
    }

    @Test
    void weGiveSignsOfLifeInTime() throws Exception {
        try (AmqpFront front = AmqpFront.start();
                RawPeer peer = new RawPeer(front.port())) {
            peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("strict", 65536, 200));
            peer.readHeader();
            peer.expect(Descriptor.OPEN);
            for (int i = 0; i < 5; i++) {
                long begun = System.nanoTime();
                assertEquals(0, peer.readAny().body().length);
                assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 200);
            }
        }
    }

    @Test
    void aStoppingBrokerSaysSoAndIsGoneInTime() throws Exception {
        try (AmqpFront front = AmqpFront.start(AmqpFront.settings().withTimeouts(LONG, LONG, Duration.ofMillis(300)));
                RawPeer polite = RawPeer.begun(front.port());
                RawPeer stubborn = RawPeer.begun(front.port())) {
            long begun = System.nanoTime();
            front.server().stop();
            assertTrue(polite.expect(Descriptor.CLOSE).says("amqp:connection:forced"));
            polite.write(RawPeer.closeFrame());
            assertEquals(0, polite.readBytesToEnd().length);
            assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 300, "an answered close");
            assertTrue(stubborn.expect(Descriptor.CLOSE).says("amqp:connection:forced"));
            assertEquals(0, stubborn.readBytesToEnd().length);
            assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 1_500, "a close not answered");
        }
    }
}
