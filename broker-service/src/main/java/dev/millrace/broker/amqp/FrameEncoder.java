package dev.millrace.broker.amqp;

/**
 * Encodes the frames of the data path: transfer, flow and disposition (AMQP 1.0, part 2, section 2.7). The protocol
 * engine would build several objects for each and knows no ranges.
 */
final class FrameEncoder {

    /** Bytes before the frame body: size, data offset, type, channel. */
    static final int FRAME_HEADER = 8;

    /** A frame without a body: a sign of life. */
    static final byte[] EMPTY_FRAME = {0, 0, 0, 8, 2, 0, 0, 0};

    /** What is announced as incoming and outgoing window: credit bounds what is under way, not the session. */
    private static final int WINDOW = Integer.MAX_VALUE;

    private static final int LIST_HEADER = 3;

    private final ByteWriter out = new ByteWriter(512);

    byte[] bytes() {
        return out.bytes();
    }

    int length() {
        return out.length();
    }

    /** First or only frame of a delivery, up to its payload. */
    void transfer(int channel, int handle, int deliveryId, boolean settled, boolean more) {
        begin(channel, Descriptor.TRANSFER);
        out.uint(handle).uint(deliveryId);
        out.put(TypeCode.BINARY_8).put(4).putInt(deliveryId);
        out.put(TypeCode.UINT_0).bool(settled);
        if (more) {
            out.bool(true);
        }
        endList(more ? 6 : 5);
    }

    /** A further frame of a delivery, up to its payload. */
    void continuation(int channel, int handle, boolean more) {
        begin(channel, Descriptor.TRANSFER);
        out.uint(handle);
        for (int i = 0; i < 4; i++) {
            out.put(TypeCode.NULL);
        }
        out.bool(more);
        endList(6);
    }

    /** Makes the frame that was encoded last {@code payload} bytes longer. */
    void payload(int payload) {
        out.setInt(0, out.length() + payload);
    }

    /** State of a session, without a link. */
    void flow(int channel, int nextIncomingId, int nextOutgoingId) {
        sessionFlow(channel, nextIncomingId, nextOutgoingId);
        endList(4);
        payload(0);
    }

    /** State of a session and of one link in it. */
    void flow(
            int channel,
            int nextIncomingId,
            int nextOutgoingId,
            int handle,
            int deliveryCount,
            int linkCredit,
            boolean drain) {
        sessionFlow(channel, nextIncomingId, nextOutgoingId);
        out.uint(handle).uint(deliveryCount).uint(linkCredit);
        if (drain) {
            out.put(TypeCode.NULL).bool(true);
        }
        endList(drain ? 9 : 7);
        payload(0);
    }

    private void sessionFlow(int channel, int nextIncomingId, int nextOutgoingId) {
        begin(channel, Descriptor.FLOW);
        out.uint(nextIncomingId).uint(WINDOW).uint(nextOutgoingId).uint(WINDOW);
    }

    /** Settles a range of deliveries in one state, which comes encoded; null for no state. */
    void disposition(int channel, boolean byReceiver, int first, int last, byte[] state) {
        begin(channel, Descriptor.DISPOSITION);
        out.bool(byReceiver).uint(first).uint(last).bool(true);
        if (state == null) {
            endList(4);
        } else if (out.length() + state.length < 255) {
            out.put(state);
            endList(5);
        } else {
            longDisposition(channel, byReceiver, first, last, state);
        }
        payload(0);
    }

    private void longDisposition(int channel, boolean byReceiver, int first, int last, byte[] state) {
        frameHeader(channel, Descriptor.DISPOSITION);
        int list = out.beginCompound(TypeCode.LIST_32);
        out.bool(byReceiver).uint(first).uint(last).bool(true).put(state);
        out.endCompound(list, 5);
    }

    private void begin(int channel, int descriptor) {
        frameHeader(channel, descriptor);
        out.put(TypeCode.LIST_8).put(0).put(0);
    }

    private void frameHeader(int channel, int descriptor) {
        out.clear().putInt(0).put(2).put(0).put(channel >> 8).put(channel).descriptor(descriptor);
    }

    private void endList(int count) {
        int sizeAt = FRAME_HEADER + LIST_HEADER + 1;
        out.set(sizeAt, out.length() - sizeAt - 1);
        out.set(sizeAt + 1, count);
    }
}
