package dev.millrace.broker.amqp;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Cuts the bytes of one connection into protocol headers and frames (AMQP 1.0, part 2, sections 2.2 and 2.3). Holds at
 * most one unfinished frame; refuses a frame by its size before its bytes are there.
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

    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    private static final int PROTOCOL_ID_AT = 4;
    private static final int INITIAL_BUFFER = 4 * 1024;
    private static final int READ_BUFFER = 64 * 1024;

    private final int maxFrameSize;
    private final Sink sink;
    private final AmqpReader lengths = new AmqpReader();
    private byte[] buffer = new byte[INITIAL_BUFFER];
    private int start;
    private int end;
    private boolean headerNext = true;

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
            if (in.readableBytes() > buffer.length - end && buffer.length < READ_BUFFER) {
                buffer = Arrays.copyOf(buffer, READ_BUFFER);
            }
            int part = Math.min(in.readableBytes(), buffer.length - end);
            in.readBytes(buffer, end, part);
            end += part;
            split();
            makeRoom();
        }
    }

    private void split() {
        boolean found = true;
        while (found && start < end) {
            found = headerNext ? splitHeader() : splitFrame();
        }
    }

    private boolean splitHeader() {
        int seen = Math.min(HEADER_LENGTH, end - start);
        for (int i = 0; i < seen; i++) {
            if (i != PROTOCOL_ID_AT && buffer[start + i] != HEADER[i]) {
                throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "no AMQP 1.0 protocol header");
            }
        }
        if (seen < HEADER_LENGTH) {
            return false;
        }
        headerNext = false;
        int at = start;
        start += HEADER_LENGTH;
        sink.header(buffer[at + PROTOCOL_ID_AT], buffer, at);
        return true;
    }

    private boolean splitFrame() {
        if (end - start < 4) {
            return false;
        }
        int size = lengths.over(buffer, start, end).readInt();
        if (size < FrameEncoder.FRAME_HEADER || size > maxFrameSize) {
            throw new ProtocolViolationException(
                    AmqpErrors.FRAMING_ERROR,
                    "a frame of " + Integer.toUnsignedString(size) + " bytes, allowed are " + FrameEncoder.FRAME_HEADER
                            + " to " + maxFrameSize);
        }
        if (end - start < size) {
            return false;
        }
        int at = start;
        start += size;
        int body = at + (buffer[at + 4] & 0xff) * 4;
        if (body < at + FrameEncoder.FRAME_HEADER || body > at + size) {
            throw new ProtocolViolationException(AmqpErrors.FRAMING_ERROR, "a frame whose body lies outside of it");
        }
        int channel = (buffer[at + 6] & 0xff) << 8 | buffer[at + 7] & 0xff;
        sink.frame(buffer[at + 5], channel, buffer, at, body, at + size);
        return true;
    }

    /** Moves what is left to the front, and sees to it that the frame begun there fits. */
    private void makeRoom() {
        int left = end - start;
        int needed = left >= 4 && !headerNext ? lengths.over(buffer, start, end).readInt() : HEADER_LENGTH;
        byte[] target = needed > buffer.length ? new byte[needed] : buffer;
        if (start > 0 || target != buffer) {
            System.arraycopy(buffer, start, target, 0, left);
            buffer = target;
            start = 0;
            end = left;
        }
    }
}
