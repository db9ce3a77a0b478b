package dev.millrace.relay.capture;

import java.util.List;

/** Takes what is captured. Called by the capture's own thread, one call at a time. */
public interface BatchSink {
    /** Whether the next batch would begin at once: neither paused nor stopping. */
    boolean goesOn();

    /**
     * Called before each batch, also one without rows, about once a second on an idle stream; may wait.
     *
     * @return false to end the capture here
     * @throws InterruptedException when the capture is being stopped
     */
    boolean beforeBatch() throws InterruptedException;

    /** Whether {@link #send} would begin at once with so many rows. */
    boolean takes(int rows);

    /**
     * Begins to send rows, behind those that were sent before; may wait until it can.
     *
     * @throws InterruptedException when the capture is being stopped
     */
    Sending send(List<OutboxRow> rows) throws InterruptedException;

    /** The rows of one batch, on their way. Awaited in the order in which they were sent. */
    interface Sending {
        /**
         * Returns when every row has been accepted by the broker, but for those returned: they are kept in the database.
         *
         * @throws InterruptedException when the capture is being stopped; nothing of the batch counts as published then
         */
        Published await() throws InterruptedException;

        /** Whether nothing has stood in the way so far: then the next batch may be sent before this one is awaited. */
        boolean isSmooth();
    }

    /** The position is stored there. */
    void stored(Position position);

    /** The batch is through: what the broker has not accepted of it is stored. */
    void done(CapturedBatch batch, Published published);
}
