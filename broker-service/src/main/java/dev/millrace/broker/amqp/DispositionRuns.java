package dev.millrace.broker.amqp;

import java.util.Arrays;

/**
 * Deliveries that are to be settled, as runs of consecutive ids in one state, so that each run goes out as one frame.
 * Bounded by what its session has unsettled.
 */
final class DispositionRuns {

    private final boolean byReceiver;
    private int[] first = new int[8];
    private int[] last = new int[8];
    private byte[][] states = new byte[8][];
    private int size;

    /** @param byReceiver whether it is the receiver's side of the deliveries that settles */
    DispositionRuns(boolean byReceiver) {
        this.byReceiver = byReceiver;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds one delivery. States are compared by identity: use constants where there are many. */
    void add(int deliveryId, byte[] state) {
        if (size > 0 && last[size - 1] + 1 == deliveryId && states[size - 1] == state) {
            last[size - 1] = deliveryId;
            return;
        }
        if (size == first.length) {
            first = Arrays.copyOf(first, size * 2);
            last = Arrays.copyOf(last, size * 2);
            states = Arrays.copyOf(states, size * 2);
        }
        first[size] = deliveryId;
        last[size] = deliveryId;
        states[size++] = state;
    }

    /** Writes one frame for each run and forgets them. */
    void writeTo(SocketOutput out, int channel) {
        FrameEncoder frame = out.frame();
        for (int i = 0; i < size; i++) {
            frame.disposition(channel, byReceiver, first[i], last[i], states[i]);
            out.writeFrame();
            states[i] = null;
        }
        size = 0;
    }
}
