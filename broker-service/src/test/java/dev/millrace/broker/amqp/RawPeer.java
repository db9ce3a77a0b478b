package dev.millrace.broker.amqp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A peer that writes frames by hand, right or wrong, and reads what comes back frame by frame. */
final class RawPeer implements AutoCloseable {

    static final byte[] AMQP_HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    static final byte[] SASL_HEADER = {'A', 'M', 'Q', 'P', 3, 1, 0, 0};

    /** Stands among frames for: wait until the attach is answered and credit is there. */
    static final byte[] AWAIT_CREDIT = {};

    private static final int LIMIT_MILLIS = 5_000;

    private final Socket socket;
    private final DataInputStream in;

    /** One frame that came in. */
    record Frame(int type, int channel, int code, byte[] body) {

        boolean is(int descriptor) {
            return code == descriptor;
        }

        /** Whether the body contains this text as ASCII, e.g. an error condition. */
        boolean says(String text) {
            return new String(body, StandardCharsets.ISO_8859_1).contains(text);
        }

        boolean endsWith(byte[] end) {
            return body.length >= end.length
                    && Arrays.equals(body, body.length - end.length, body.length, end, 0, end.length);
        }

        Performative.Flow flow() {
            Performative.Flow flow = new Performative.Flow();
            flow.read(fields());
            return flow;
        }

        Performative.Transfer transfer() {
            Performative.Transfer transfer = new Performative.Transfer();
            transfer.read(fields());
            return transfer;
        }

        Performative.Disposition disposition() {
            Performative.Disposition disposition = new Performative.Disposition();
            disposition.read(fields());
            return disposition;
        }

        /** Reads the state of a disposition. */
        AmqpReader state() {
            Performative.Disposition disposition = disposition();
            return new AmqpReader().over(body, disposition.stateStart, disposition.stateEnd);
        }

        /** The descriptor of a disposition's state. */
        int stateCode() {
            return state().readDescriptor();
        }

        /** Reads the list behind the descriptor. */
        AmqpReader fields() {
            AmqpReader reader = new AmqpReader().over(body, 0, body.length);
            reader.readDescriptor();
            return reader;
        }
    }

    RawPeer(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(LIMIT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** A peer that has opened its connection and begun a session. */
    static RawPeer begun(int port) throws IOException {
        RawPeer peer = new RawPeer(port);
        peer.write(AMQP_HEADER).write(open("raw", 65536, 0)).write(begin(0));
        peer.readHeader();
        peer.expect(Descriptor.OPEN);
        peer.expect(Descriptor.BEGIN);
        return peer;
    }

    RawPeer write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Writes byte by byte, each in a packet of its own as far as the network allows. */
    RawPeer trickle(byte[] bytes) throws IOException {
        for (byte each : bytes) {
            socket.getOutputStream().write(each);
            socket.getOutputStream().flush();
        }
        return this;
    }

    byte[] readHeader() throws IOException {
        return in.readNBytes(8);
    }

    /** The next frame that has a body; null at the end of the stream. */
    Frame read() throws IOException {
        while (true) {
            Frame frame = readAny();
            if (frame == null || frame.body.length > 0) {
                return frame;
            }
        }
    }

    /** The next frame, empty ones included; null at the end of the stream. */
    Frame readAny() throws IOException {
        int size;
        try {
            size = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        int offset = in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int channel = in.readUnsignedShort();
        in.skipNBytes(offset * 4L - 8);
        byte[] body = in.readNBytes(size - offset * 4);
        int code = body.length == 0
                ? -1
                : new AmqpReader().over(body, 0, body.length).readDescriptor();
        return new Frame(type, channel, code, body);
    }

    /** The next frame, which has to be of this kind; flows may come at any time and are passed over. */
    Frame expect(int descriptor) throws IOException {
        Frame frame = read();
        while (frame != null && frame.is(Descriptor.FLOW) && descriptor != Descriptor.FLOW) {
            frame = read();
        }
        if (frame == null || !frame.is(descriptor)) {
            throw new AssertionError("expected 0x" + Integer.toHexString(descriptor) + ", got "
                    + (frame == null
                            ? "the end"
                            : "0x" + Integer.toHexString(frame.code) + " "
                                    + new String(frame.body, StandardCharsets.ISO_8859_1)));
        }
        return frame;
    }

    /** Everything up to the end of the stream. */
    List<Frame> readToEnd() throws IOException {
        List<Frame> frames = new ArrayList<>();
        for (Frame frame = read(); frame != null; frame = read()) {
            frames.add(frame);
        }
        return frames;
    }

    /** Raw bytes up to the end of the stream. */
    byte[] readBytesToEnd() throws IOException {
        return in.readAllBytes();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    // ---- frames

    static byte[] frame(int type, int channel, ByteWriter body, byte... payload) {
        ByteWriter out = new ByteWriter(64);
        out.putInt(8 + body.length() + payload.length)
                .put(2)
                .put(type)
                .put(channel >> 8)
                .put(channel);
        return out.put(body.bytes(), 0, body.length()).put(payload).toArray();
    }

    static byte[] performative(int channel, int descriptor, Fields fields, byte... payload) {
        ByteWriter out = new ByteWriter(128);
        out.descriptor(descriptor);
        int list = out.beginCompound(TypeCode.LIST_32);
        out.endCompound(list, fields.write(out));
        return frame(0, channel, out, payload);
    }

    /** Writes the fields of a list and answers how many they are. */
    interface Fields {
        int write(ByteWriter out);
    }

    static byte[] open(String container, int maxFrameSize, int idleTimeoutMillis) {
        return performative(0, Descriptor.OPEN, out -> {
            out.string(container).put(TypeCode.NULL).uint(maxFrameSize).put(TypeCode.NULL);
            if (idleTimeoutMillis == 0) {
                return 4;
            }
            out.uint(idleTimeoutMillis);
            return 5;
        });
    }

    static byte[] begin(int channel) {
        return begin(channel, 0, 1_000_000);
    }

    static byte[] begin(int channel, int nextOutgoingId, int incomingWindow) {
        return performative(channel, Descriptor.BEGIN, out -> {
            out.put(TypeCode.NULL).uint(nextOutgoingId).uint(incomingWindow).uint(1_000_000);
            return 4;
        });
    }

    static byte[] attachPublisher(int handle, String name, String address) {
        return performative(0, Descriptor.ATTACH, out -> {
            out.string(name).uint(handle).bool(false).put(TypeCode.NULL).put(TypeCode.NULL);
            source(out, null);
            target(out, address);
            out.put(TypeCode.NULL).put(TypeCode.NULL).uint(0);
            return 10;
        });
    }

    static byte[] attachConsumer(int handle, String name, String address) {
        return performative(0, Descriptor.ATTACH, out -> {
            out.string(name).uint(handle).bool(true).put(TypeCode.NULL).put(TypeCode.NULL);
            source(out, address);
            target(out, null);
            return 7;
        });
    }

    private static void source(ByteWriter out, String address) {
        terminus(out, 0x28, address);
    }

    private static void target(ByteWriter out, String address) {
        terminus(out, 0x29, address);
    }

    private static void terminus(ByteWriter out, int descriptor, String address) {
        out.descriptor(descriptor);
        int list = out.beginCompound(TypeCode.LIST_32);
        if (address != null) {
            out.string(address);
        }
        out.endCompound(list, address == null ? 0 : 1);
    }

    static byte[] transfer(int handle, int deliveryId, boolean more, byte[] payload) {
        return performative(
                0,
                Descriptor.TRANSFER,
                out -> {
                    out.uint(handle)
                            .uint(deliveryId)
                            .put(TypeCode.BINARY_8)
                            .put(1)
                            .put(deliveryId);
                    out.uint(0).bool(false).bool(more);
                    return 6;
                },
                payload);
    }

    static byte[] flow(int handle, int nextIncomingId, int window, int deliveryCount, int credit, boolean drain) {
        return performative(0, Descriptor.FLOW, out -> {
            out.uint(nextIncomingId).uint(window).uint(0).uint(1_000_000);
            out.uint(handle).uint(deliveryCount).uint(credit).put(TypeCode.NULL).bool(drain);
            return 9;
        });
    }

    static byte[] disposition(int first, int last, boolean settled, int state) {
        return performative(0, Descriptor.DISPOSITION, out -> {
            out.bool(true).uint(first).put(TypeCode.UINT).putInt(last).bool(settled);
            out.descriptor(state).put(TypeCode.LIST_0);
            return 5;
        });
    }

    static byte[] detach(int handle, boolean closed) {
        return performative(0, Descriptor.DETACH, out -> {
            out.uint(handle).bool(closed);
            return 2;
        });
    }

    static byte[] end(int channel) {
        return performative(channel, Descriptor.END, out -> 0);
    }

    static byte[] closeFrame() {
        return performative(0, Descriptor.CLOSE, out -> 0);
    }

    /** A message of one data section. */
    static byte[] message(byte... data) {
        ByteWriter out = new ByteWriter(data.length + 16);
        out.descriptor(Descriptor.DATA)
                .put(TypeCode.BINARY_32)
                .putInt(data.length)
                .put(data);
        return out.toArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
