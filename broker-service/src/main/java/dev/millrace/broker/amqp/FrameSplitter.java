package dev.millrace.broker.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.Arrays;

/**
 * Cuts the bytes of one connection into protocol headers and frames (AMQP 1.0, part 2, sections 2.2 and 2.3). Refuses a
 * frame by its size before its bytes are there. Keeps nothing between two reads but a frame that is not complete yet:
 * connections that are quiet cost no buffers. Every byte is copied at most twice, however the network cuts them.
 */
final class FrameSplitter {

    /** Takes what was cut out. The array is reused: what is needed longer has to be copied. */
    interface Sink {

        /** A protocol header was seen, {@code bytes[start, start + 8)}. */
        void header(int protocolId, byte[] bytes, int start);

        /** A frame was seen, {@code bytes[start, end)}, with its body from {@code body} on. */
        void frame(int type, int channel, byte[] bytes, int start, int body, int end);
    }

    static final int HEADER_LENGTH = 8;
    static final int PROTOCOL_AMQP = 0;
    static final int PROTOCOL_SASL = 3;

    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', PROTOCOL_AMQP, 1, 0, 0};
    private static final int PROTOCOL_ID_AT = 4;

    /** Shared by the connections of an event loop: each read is worked off before the next one. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[64 * 1024];
        }
    };

    private final int maxFrameSize;
    private final Sink sink;
    private final AmqpReader lengths = new AmqpReader();
    private boolean headerNext = true;

    /** The start of a header or frame; as long as that will be, once this is known. */
    private byte[] unfinished = new byte[HEADER_LENGTH];

    private int unfinishedLength;

    FrameSplitter(int maxFrameSize, Sink sink) {
        this.maxFrameSize = maxFrameSize;
        this.sink = sink;
    }

    /** The next bytes are a protocol header again: a security layer is done. */
    void expectHeader() {
        headerNext = true;
    }

    /** Takes all of {@code in}. */
    void accept(ByteBuf in) {
        while (in.isReadable()) {
            if (unfinishedLength > 0) {
                finish(in);
            } else {
                byte[] scratch = SCRATCH.get();
                int count = Math.min(in.readableBytes(), scratch.length);
                in.readBytes(scratch, 0, count);
                int done = split(scratch, count);
                keep(scratch, done, count);
            }
        }
    }

    /** Adds to what is unfinished, first up to the length that tells how long it will be. */
    private void finish(ByteBuf in) {
        int needed = Math.max(HEADER_LENGTH, neededLength(unfinished, 0, unfinishedLength));
        if (needed > unfinished.length) {
            unfinished = Arrays.copyOf(unfinished, needed);
        }
        int count = Math.min(in.readableBytes(), needed - unfinishedLength);
        in.readBytes(unfinished, unfinishedLength, count);
        unfinishedLength += count;
        if (split(unfinished, unfinishedLength) > 0) {
            unfinished = unfinished.length > HEADER_LENGTH ? new byte[HEADER_LENGTH] : unfinished;
            unfinishedLength = 0;
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        unfinishedLength = to - from;
        if (unfinishedLength > 0) {
            unfinished = new byte[Math.max(HEADER_LENGTH, neededLength(bytes, from, to))];
            System.arraycopy(bytes, from, unfinished, 0, unfinishedLength);
        }
    }

    /** Hands on what is complete in {@code bytes[0, end)}; answers where the rest starts. */
    private int split(byte[] bytes, int end) {
        int at = 0;
        while (at < end) {
            int length = headerNext ? checkHeader(bytes, at, end) : neededLength(bytes, at, end);
            if (length > end - at) {
                return at;
            }
            if (headerNext) {
                headerNext = false;
                sink.header(bytes[at + PROTOCOL_ID_AT], bytes, at);
            } else {
                frame(bytes, at, at + length);
            }
            at += length;
        }
        return at;
    }

    private static int checkHeader(byte[] bytes, int from, int end) {
        int seen = Math.min(HEADER_LENGTH, end - from);
        for (int i = 0; i < seen; i++) {
            if (i != PROTOCOL_ID_AT && bytes[from + i] != HEADER[i]) {
                throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "no AMQP 1.0 protocol header");
            }
        }
        return HEADER_LENGTH;
    }

    /** How long the header or frame is that starts at {@code from}; at least 8. */
    private int neededLength(byte[] bytes, int from, int end) {
        if (headerNext || end - from < Integer.BYTES) {
            return HEADER_LENGTH;
        }
        int size = lengths.over(bytes, from, end).readInt();
        if (size < FrameEncoder.FRAME_HEADER || size > maxFrameSize) {
            throw new ProtocolViolationException(
                    AmqpErrors.FRAMING_ERROR,
                    "a frame of " + Integer.toUnsignedString(size) + " bytes, allowed are " + FrameEncoder.FRAME_HEADER
                            + " to " + maxFrameSize);
        }
        return size;
    }

    private void frame(byte[] bytes, int start, int end) {
        int body = start + (bytes[start + 4] & 0xff) * 4;
        if (body < start + FrameEncoder.FRAME_HEADER || body > end) {
            throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "a frame whose body lies outside of it");
        }
        int channel = (bytes[start + 6] & 0xff) << 8 | bytes[start + 7] & 0xff;
        sink.frame(bytes[start + 5], channel, bytes, start, body, end);
    }
}
