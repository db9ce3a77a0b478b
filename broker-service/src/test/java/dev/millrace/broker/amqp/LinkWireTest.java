package dev.millrace.broker.amqp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How links come and go, frame by frame: byte by byte, closed, detached, lost, refused. */
@Timeout(20)
class LinkWireTest {

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

    @Test
    void detachAndCloseAreAnsweredInKindAndToldOnce() throws Exception {
        session.receive(2);
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
        session.receive(2);
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
        session.assertAlive();
    }
}
