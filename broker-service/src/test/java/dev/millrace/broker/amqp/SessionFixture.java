package dev.millrace.broker.amqp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.broker.core.Command;
import dev.millrace.broker.core.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** A peer with one session, on a front over a {@link MemoryBroker}, for one test. */
final class SessionFixture implements AutoCloseable {

    final AmqpFront front;
    final RawPeer peer;
    private int channel = 10;

    SessionFixture() throws Exception {
        front = AmqpFront.start();
        peer = RawPeer.begun(front.port());
    }

    void attachPublisher(String address) throws IOException {
        peer.write(RawPeer.attachPublisher(0, "p", address));
        peer.expect(Descriptor.ATTACH);
        peer.expect(Descriptor.FLOW);
    }

    void attachConsumer() throws IOException {
        peer.write(RawPeer.attachConsumer(1, "c", "emails"));
        peer.expect(Descriptor.ATTACH);
    }

    /** Publishes on another connection. */
    void publish(int count) throws IOException {
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
                    settled = frame.disposition().last + 1;
                }
            }
        }
    }

    /** Publishes and receives so many; answers their delivery ids. */
    List<Integer> receive(int count) throws IOException {
        attachPublisher("elsewhere");
        publish(count);
        attachConsumer();
        peer.write(RawPeer.flow(1, 0, 1_000_000, 0, count, false));
        List<Integer> ids = new ArrayList<>();
        while (ids.size() < count) {
            ids.add((int) peer.expect(Descriptor.TRANSFER).transfer().deliveryId);
        }
        return ids;
    }

    /** Nothing else comes before the answer to a begin. */
    void assertAlive() throws IOException {
        peer.write(RawPeer.begin(++channel));
        RawPeer.Frame next = peer.read();
        assertTrue(next.is(Descriptor.BEGIN), () -> "not a begin: " + next);
    }

    /** Of what the broker has been handed so far, also what waits for its thread. */
    long[] settledAs(Outcome outcome) {
        front.broker.settle();
        return front.broker.commands(Command.Settle.class).stream()
                .filter(settle -> settle.outcome().equals(outcome))
                .flatMapToLong(settle -> LongStream.of(settle.deliveryIds()))
                .toArray();
    }

    @Override
    public void close() throws Exception {
        peer.close();
        front.close();
    }
}
