package dev.millrace.benchmarks.load;

import dev.millrace.benchmarks.MeasurementFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.security.SaslCode;
import org.apache.qpid.proton.amqp.security.SaslInit;
import org.apache.qpid.proton.amqp.security.SaslOutcome;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Begin;
import org.apache.qpid.proton.amqp.transport.Close;
import org.apache.qpid.proton.amqp.transport.Open;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;

/**
 * One connection with one session: opened blocking, then served by an {@link AmqpLoop}. What comes seldom is encoded and
 * decoded by proton-j; transfers, dispositions and flows by the subclasses, byte for byte.
 */
abstract class AmqpConnection {
    private static final byte[] SASL_HEADER = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};
    private static final byte[] AMQP_HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    private static final int FRAME_HEADER = 8;
    private static final int SASL_FRAME = 1;
    private static final int MAX_FRAME = 64 << 10;
    private static final int BUFFER = 1 << 20;
    private static final UnsignedInteger WINDOW = UnsignedInteger.valueOf(Integer.MAX_VALUE);

    private static final int ATTACH = 0x12;
    private static final int FLOW = 0x13;
    private static final int TRANSFER = 0x14;
    private static final int DISPOSITION = 0x15;

    private final DecoderImpl decoder = new DecoderImpl();
    private final EncoderImpl encoder = new EncoderImpl(decoder);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    /** What is to be written; ready to be put to. */
    protected final ByteBuffer out;

    private SocketChannel channel;
    private SelectionKey key;
    private int peersMaxFrame = 512;
    private int attachesAwaited;
    private boolean awaitsBegin = true;
    private String ended;

    // The session's windows (AMQP 1.0, section 2.5.6); ours never closes.
    private int nextOutgoingId;
    private int nextIncomingId;
    private int peersNextIncomingId;
    private long peersWindow;

    /** @param largestFrame the most that is put to {@link #out} at once, in bytes */
    AmqpConnection(int largestFrame) {
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        in.limit(0);
        out = ByteBuffer.allocateDirect(Math.max(BUFFER, 2 * largestFrame));
    }

    /** Connects, opens a session, attaches the links, and waits until the peer has attached its ends. */
    final void open(String host, int port, String container, Attach... links) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(host, port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        out.put(SASL_HEADER);
        var init = new SaslInit();
        init.setMechanism(Symbol.valueOf("ANONYMOUS"));
        frame(SASL_FRAME, init);
        exchangeHeaders(SASL_HEADER);
        Object mechanisms = decode(awaitFrame());
        Object outcome = decode(awaitFrame());
        if (!(outcome instanceof SaslOutcome sasl) || sasl.getCode() != SaslCode.OK) {
            throw new MeasurementFailure(
                    "The broker refuses SASL ANONYMOUS: it offers " + mechanisms + " and answers " + outcome + ".");
        }
        out.put(AMQP_HEADER);
        var open = new Open();
        open.setContainerId(container);
        open.setHostname(host);
        open.setMaxFrameSize(UnsignedInteger.valueOf(MAX_FRAME));
        frame(0, open);
        var begin = new Begin();
        begin.setNextOutgoingId(UnsignedInteger.ZERO);
        begin.setIncomingWindow(WINDOW);
        begin.setOutgoingWindow(WINDOW);
        frame(0, begin);
        for (Attach link : links) {
            frame(0, link);
        }
        attachesAwaited = links.length;
        exchangeHeaders(AMQP_HEADER);
        while (attachesAwaited > 0 || awaitsBegin) {
            frame(awaitFrame());
        }
        requireAlive();
        endTurn();
        flushBlocking();
    }

    private void exchangeHeaders(byte[] expected) throws IOException {
        flushBlocking();
        byte[] header = new byte[expected.length];
        await(header.length);
        in.get(header);
        if (!Arrays.equals(header, expected)) {
            throw new MeasurementFailure("The broker answered with the header "
                    + new String(header, StandardCharsets.ISO_8859_1) + ", which is not the one asked for.");
        }
    }

    private void flushBlocking() throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    /** Waits for so many bytes to read; {@link #in} is ready to be read from. */
    private void await(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            in.compact();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                throw new MeasurementFailure("The broker closed the connection while it was being opened.");
            }
        }
    }

    private ByteBuffer awaitFrame() throws IOException {
        await(Integer.BYTES);
        int size = in.getInt(in.position());
        await(size);
        return take(size);
    }

    /** A view of the next frame's body. */
    private ByteBuffer take(int size) {
        int start = in.position();
        int offset = 4 * in.get(start + 4);
        in.position(start + size);
        return in.slice(start + offset, size - offset);
    }

    /** From now on the selector's thread alone uses the connection. */
    final void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        act();
    }

    /** Reads what came, and acts on it. */
    final void read() throws IOException {
        int count = channel.read(in);
        in.flip();
        act();
        if (count < 0) {
            end("the broker closed the connection");
        }
    }

    /** Acts on every frame that is there as a whole. */
    private void act() {
        while (in.remaining() >= Integer.BYTES && in.remaining() >= in.getInt(in.position())) {
            frame(take(in.getInt(in.position())));
        }
        in.compact();
    }

    /** Writes as much as the socket takes; goes on when it takes more. */
    final void write() throws IOException {
        if (out.position() == 0 || ended != null) {
            return;
        }
        out.flip();
        channel.write(out);
        boolean left = out.hasRemaining();
        out.compact();
        key.interestOps(left ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    private void frame(ByteBuffer body) {
        if (!body.hasRemaining()) {
            return;
        }
        body.mark();
        int descriptor = AmqpFields.descriptor(body);
        switch (descriptor) {
            case TRANSFER -> {
                nextIncomingId++;
                transfer(AmqpFields.list(body), body);
            }
            case DISPOSITION -> disposition(AmqpFields.list(body), body);
            case FLOW -> flow(AmqpFields.list(body), body);
            default -> control(descriptor, decode(body.reset()));
        }
    }

    private Object decode(ByteBuffer body) {
        decoder.setByteBuffer(body);
        return decoder.readObject();
    }

    private void control(int descriptor, Object performative) {
        switch (performative) {
            case Open open ->
                peersMaxFrame = (int) Math.min(
                        MAX_FRAME,
                        open.getMaxFrameSize() == null
                                ? MAX_FRAME
                                : open.getMaxFrameSize().longValue());
            case Begin begin -> {
                awaitsBegin = false;
                nextIncomingId = begin.getNextOutgoingId().intValue();
                peersWindow = begin.getIncomingWindow().longValue();
            }
            case Attach attach -> attachesAwaited--;
            default -> {
                if (descriptor > ATTACH) {
                    end("the broker sent " + performative);
                }
            }
        }
    }

    private void flow(int fields, ByteBuffer body) {
        peersNextIncomingId = AmqpFields.uint(body, 0);
        peersWindow = Integer.toUnsignedLong(AmqpFields.uint(body, 0));
        AmqpFields.skip(body);
        AmqpFields.skip(body);
        if (fields < 7) {
            return;
        }
        int handle = AmqpFields.uint(body, -1);
        if (handle >= 0) {
            int deliveryCount = AmqpFields.uint(body, 0);
            credit(handle, deliveryCount + AmqpFields.uint(body, 0));
        }
    }

    /** The peer takes deliveries of a link up to this count. */
    abstract void credit(int handle, int upTo);

    /** A transfer came; the body is at its first field, the payload follows the last. */
    abstract void transfer(int fields, ByteBuffer body);

    /** A disposition came. */
    abstract void disposition(int fields, ByteBuffer body);

    /** Everything that came has been acted on: answers that were put together are written now. */
    abstract void endTurn();

    /** The connection is of no use any more. */
    abstract void ended(String why);

    final boolean mayTransfer() {
        return ended == null && nextOutgoingId - peersNextIncomingId < peersWindow;
    }

    final void transferred() {
        nextOutgoingId++;
    }

    final int nextIncomingId() {
        return nextIncomingId;
    }

    final int nextOutgoingId() {
        return nextOutgoingId;
    }

    /** The largest frame that both sides take, in bytes. */
    final int maxFrame() {
        return peersMaxFrame;
    }

    /** An empty frame, so that the peer does not think us dead. */
    final void heartbeat() {
        out.putInt(FRAME_HEADER).putInt(2 << 24);
    }

    final void frame(int type, Object performative) {
        int start = out.position();
        out.putInt(0).put((byte) 2).put((byte) type).putShort((short) 0);
        encoder.setByteBuffer(out);
        encoder.writeObject(performative);
        out.putInt(start, out.position() - start);
    }

    /** Says goodbye and waits until the peer has read it all. */
    final void close() {
        try {
            if (ended == null) {
                key.cancel();
                key.selector().selectNow();
                channel.configureBlocking(true);
                channel.socket().setSoTimeout(2_000);
                frame(0, new Close());
                ended = "closed";
                flushBlocking();
                channel.shutdownOutput();
                byte[] rest = new byte[BUFFER];
                while (channel.socket().getInputStream().read(rest) >= 0) {
                    // What comes now is of no interest; its end says that the peer has read everything.
                }
            }
            channel.close();
        } catch (IOException e) {
            // The broker is gone already, and with it what there was to close.
        }
    }

    final void end(String why) {
        if (ended == null) {
            ended = why;
            key.cancel();
            ended(why);
        }
    }

    private void requireAlive() {
        if (ended != null) {
            throw new MeasurementFailure("An AMQP client could not be set up: " + ended + ".");
        }
    }
}
