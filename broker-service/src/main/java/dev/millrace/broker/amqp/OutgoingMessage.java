package dev.millrace.broker.amqp;

import java.util.Arrays;

/** A message too large for one frame, and how much of it has been sent. */
final class OutgoingMessage {

    private final byte[] prefix;
    private final byte[] payload;
    private int sent;

    OutgoingMessage(DeliveryPrefix prefix, byte[] payload) {
        this.prefix = Arrays.copyOf(prefix.bytes(), prefix.length());
        this.payload = payload;
    }

    /** Writes a further frame; answers whether it was the last. */
    boolean writeNext(SocketOutput out, int channel, int handle, int maxFrameSize) {
        out.frame().continuation(channel, handle, true);
        boolean last = out.frame().length() + left() <= maxFrameSize;
        if (last) {
            out.frame().continuation(channel, handle, false);
        }
        writePart(out, maxFrameSize);
        return last;
    }

    /** Puts as much behind the frame encoded last as it takes, and writes both. */
    void writePart(SocketOutput out, int maxFrameSize) {
        int part = Math.min(left(), maxFrameSize - out.frame().length());
        out.frame().payload(part);
        out.writeFrame();
        int ofPrefix = Math.clamp(prefix.length - sent, 0, part);
        if (ofPrefix > 0) {
            out.write(prefix, sent, ofPrefix);
        }
        if (part > ofPrefix) {
            out.write(payload, sent + ofPrefix - prefix.length, part - ofPrefix);
        }
        sent += part;
    }

    private int left() {
        return prefix.length + payload.length - sent;
    }
}
