package dev.millrace.broker.amqp;

import java.util.Arrays;

/** The bytes of a message that comes in several transfers; never more than its bound. */
final class PartialMessage {

    private static final byte[] NOTHING = {};

    private final int bound;
    private byte[] bytes = NOTHING;
    private int length;

    PartialMessage(int bound) {
        this.bound = bound;
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** The caller has checked that the bound is kept. */
    void append(byte[] source, int from, int to) {
        int needed = length + to - from;
        if (needed > bytes.length) {
            // Doubling keeps the copying linear; memory never exceeds twice what the peer has really sent.
            bytes = Arrays.copyOf(bytes, Math.min(bound, Math.max(needed, bytes.length * 2)));
        }
        System.arraycopy(source, from, bytes, length, to - from);
        length = needed;
    }

    void clear() {
        bytes = NOTHING;
        length = 0;
    }
}
