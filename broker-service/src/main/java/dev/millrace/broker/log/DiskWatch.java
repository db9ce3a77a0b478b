package dev.millrace.broker.log;

import java.io.IOException;

/** Keeps an eye on the space that is left. Thread-safe. */
final class DiskWatch {

    private final Storage storage;
    private final long lowWaterBytes;
    private boolean low;
    private boolean full;
    private volatile DiskState state = DiskState.ENOUGH;

    DiskWatch(Storage storage, long lowWaterBytes) {
        this.storage = storage;
        this.lowWaterBytes = lowWaterBytes;
    }

    DiskState state() {
        return state;
    }

    /** Looks how much space is left. It is low until an eighth more is free than the mark, so as not to flutter. */
    synchronized void measure() throws IOException {
        long usable = storage.usableBytes();
        low = usable < (low ? lowWaterBytes + lowWaterBytes / 8 : lowWaterBytes);
        update();
    }

    /** Says whether the spare segment could not be made. */
    synchronized void full(boolean isFull) {
        full = isFull;
        update();
    }

    private void update() {
        if (full) {
            state = DiskState.FULL;
        } else {
            state = low ? DiskState.LOW : DiskState.ENOUGH;
        }
    }
}
