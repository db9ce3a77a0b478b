package dev.millrace.broker.amqp;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Bytes that may or may not be frames, at every stage of a connection. */
class FrameFuzzTest {

    private static final int FRAMED = 0x80;

    /** The first byte says how far the connection has come and whether the rest is a frame's body, the second how it is cut. */
    @FuzzTest(maxDuration = "20s")
    void anyBytesHarmNobodyElse(byte[] bytes) {
        FuzzedFront.play(front -> send(front, new FuzzInput(bytes)));
    }

    private static void send(EmbeddedFront front, FuzzInput input) {
        EmbeddedPeer peer = front.connect();
        int stage = input.next();
        reach(stage & 7, peer);
        int cut = input.next();
        if ((stage & FRAMED) != 0) {
            peer.write(RawPeer.frame(0, 0, new ByteWriter(64).put(input.rest())));
        } else {
            peer.write(input.take(cut)).write(input.rest());
        }
        front.settle();
    }

    private static void reach(int stage, EmbeddedPeer peer) {
        switch (stage) {
            case 0 -> {}
            case 1 -> peer.write(RawPeer.AMQP_HEADER);
            case 2 -> peer.write(RawPeer.SASL_HEADER);
            case 3 -> peer.write(RawPeer.AMQP_HEADER).write(RawPeer.open("peer", 65_536, 0));
            case 4 -> peer.begin(65_536);
            default -> {
                peer.begin(65_536);
                peer.write(RawPeer.attachPublisher(0, "out", "emails"));
                peer.write(RawPeer.attachConsumer(1, "in", "emails"));
                peer.write(RawPeer.flow(1, 0, 1_000, 0, 4, false));
                peer.expect(Descriptor.FLOW);
                peer.write(RawPeer.transfer(0, 0, false, RawPeer.message((byte) 1)));
            }
        }
    }
}
