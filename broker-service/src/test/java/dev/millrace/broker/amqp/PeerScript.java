package dev.millrace.broker.amqp;

/**
 * What a peer does, in any order, decided by a fuzzer's bytes: each step is a frame, a pause, or a fault of the network.
 * The frames are sound as a rule and their order is not.
 */
final class PeerScript {

    private static final int MAX_STEPS = 200;
    private static final int STEPS = 16;

    private final EmbeddedFront front;
    private final EmbeddedPeer peer;
    private final FuzzInput input;
    private int nextDeliveryId;

    PeerScript(EmbeddedFront front, EmbeddedPeer peer, FuzzInput input) {
        this.front = front;
        this.peer = peer;
        this.input = input;
    }

    void run() {
        boolean begun = !input.onceIn(8);
        if (begun) {
            peer.begin(input.onceIn(2) ? AmqpSettings.MIN_MAX_FRAME_SIZE : 65_536);
        }
        for (int i = 0; i < MAX_STEPS && !input.isUsedUp() && peer.isOpen(); i++) {
            int step = input.next();
            step(step % STEPS);
            // Most frames come alone, some together with what follows.
            if (step < 192) {
                front.settle();
            }
        }
        front.settle();
    }

    private void step(int step) {
        switch (step) {
            case 0 -> peer.write(attach(false));
            case 1 -> peer.write(attach(true));
            case 2, 3 -> peer.write(transfer());
            case 4, 5 -> peer.write(flow());
            case 6, 7 -> peer.write(disposition());
            case 8 -> peer.write(fields().number().bool().frame(channel(), Descriptor.DETACH));
            case 9 ->
                peer.write(
                        fields().nothing().number().number().number().number().frame(channel(), Descriptor.BEGIN));
            case 10 -> peer.write(fields().frame(channel(), Descriptor.END));
            case 11 -> rarely();
            case 12 -> peer.stall(input.onceIn(2));
            case 13 -> front.pass(input.next() * 20L);
            case 14 -> largeMessage();
            default -> publisherAndConsumer();
        }
    }

    private void rarely() {
        switch (input.below(8)) {
            case 0 -> peer.write(fields().frame(0, Descriptor.CLOSE));
            case 1 -> open();
            case 2 -> peer.write(RawPeer.AMQP_HEADER);
            case 3 -> peer.write(RawPeer.SASL_HEADER);
            case 4 -> peer.write(FrameEncoder.EMPTY_FRAME);
            case 5 ->
                peer.write(RawPeer.frame(input.below(3), channel(), new ByteWriter(8).put(input.take(input.next()))));
            case 6 -> peer.write(input.take(input.next()));
            default -> peer.vanish();
        }
    }

    private void open() {
        FuzzedFields fields = fields().name().name();
        // What the peer takes is known to the peer only if it has said so in plain words.
        peer.write(fields.numberLike(AmqpSettings.MIN_MAX_FRAME_SIZE)
                .number()
                .number()
                .frame(0, Descriptor.OPEN));
    }

    private byte[] attach(boolean receives) {
        FuzzedFields fields = fields().name().number();
        if (input.onceIn(32)) {
            fields.bool();
        } else {
            fields.flag(receives);
        }
        return fields.mode()
                .mode()
                .terminus(0x28)
                .terminus(0x29)
                .nothing()
                .nothing()
                .number()
                .frame(channel(), Descriptor.ATTACH);
    }

    private byte[] transfer() {
        FuzzedFields fields = fields().number()
                .numberLike(nextDeliveryId++)
                .nothing()
                .number()
                .bool()
                .bool();
        fields.nothing();
        if (input.onceIn(16)) {
            fields.state();
        } else {
            fields.nothing();
        }
        fields.nothing();
        fields.flag(input.onceIn(16));
        return fields.frame(channel(), Descriptor.TRANSFER, payload());
    }

    private byte[] payload() {
        int decision = input.next();
        if (decision < 128) {
            return RawPeer.message((byte) decision);
        }
        return decision < 192 ? input.take(decision - 128) : RawPeer.message(new byte[(decision - 192) * 56]);
    }

    private byte[] flow() {
        return fields().number()
                .numberLike(1_000)
                .number()
                .numberLike(1_000)
                .number()
                .number()
                .numberLike(4)
                .nothing()
                .bool()
                .bool()
                .frame(channel(), Descriptor.FLOW);
    }

    private byte[] disposition() {
        return fields().bool().number().number().bool().state().frame(channel(), Descriptor.DISPOSITION);
    }

    /** Parts of a message on handle 0 that is larger than a frame, and perhaps larger than a message may be. */
    private void largeMessage() {
        int id = nextDeliveryId++;
        byte[] part = new byte[3_000];
        for (int i = input.below(6); i > 0; i--) {
            peer.write(RawPeer.transfer(0, id, true, part));
        }
        peer.write(RawPeer.transfer(0, id, false, RawPeer.message((byte) 1)));
    }

    /** What most else builds upon. */
    private void publisherAndConsumer() {
        peer.write(RawPeer.attachPublisher(0, "link-0", "emails"));
        peer.write(RawPeer.attachConsumer(1, "link-1", "emails"));
        peer.write(RawPeer.flow(1, 0, 1_000, 0, 4, false));
    }

    private int channel() {
        int decision = input.next();
        return decision < 240 ? decision / 200 : decision < 250 ? decision - 240 : 65_535;
    }

    private FuzzedFields fields() {
        return new FuzzedFields(input);
    }
}
