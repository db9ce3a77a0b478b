package dev.millrace.broker.amqp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.ReceiverSettleMode;
import org.apache.qpid.proton.amqp.transport.Role;
import org.apache.qpid.proton.amqp.transport.SenderSettleMode;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;

/** Frames with every field that a peer may set, and every field that it can read, through another codec than ours. */
final class Performatives {

    private static final int MOST_BYTES = 4_096;

    private Performatives() {}

    static Symbol[] symbols(String... names) {
        return Arrays.stream(names).map(Symbol::valueOf).toArray(Symbol[]::new);
    }

    /** A frame with a performative, on channel 0. */
    static byte[] frame(Object performative) {
        DecoderImpl decoder = new DecoderImpl();
        EncoderImpl encoder = new EncoderImpl(decoder);
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        encoder.setByteBuffer(buffer);
        encoder.writeObject(performative);
        ByteWriter body = new ByteWriter(buffer.position());
        body.put(buffer.array(), 0, buffer.position());
        return RawPeer.frame(0, 0, body);
    }

    /** The next frame, which has to be of this kind. */
    static <T> T expect(RawPeer peer, int descriptor, Class<T> type) throws IOException {
        DecoderImpl decoder = new DecoderImpl();
        AMQPDefinedTypes.registerAllTypes(decoder, new EncoderImpl(decoder));
        decoder.setByteBuffer(ByteBuffer.wrap(peer.expect(descriptor).body()));
        return type.cast(decoder.readObject());
    }

    static Attach consumer(int handle, String name, Source source) {
        Attach attach = link(handle, name, Role.RECEIVER);
        attach.setSource(source);
        attach.setTarget(new Target());
        return attach;
    }

    static Attach publisher(int handle, String name, org.apache.qpid.proton.amqp.transport.Target target) {
        Attach attach = link(handle, name, Role.SENDER);
        attach.setSource(new Source());
        attach.setTarget(target);
        attach.setInitialDeliveryCount(UnsignedInteger.ZERO);
        return attach;
    }

    private static Attach link(int handle, String name, Role role) {
        Attach attach = new Attach();
        attach.setName(name);
        attach.setHandle(UnsignedInteger.valueOf(handle));
        attach.setRole(role);
        attach.setSndSettleMode(SenderSettleMode.UNSETTLED);
        attach.setRcvSettleMode(ReceiverSettleMode.FIRST);
        return attach;
    }
}
