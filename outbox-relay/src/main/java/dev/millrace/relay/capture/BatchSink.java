package dev.millrace.relay.capture;

import java.util.List;

/** Takes what is captured. Called by the capture's own thread, one call at a time. */
public interface BatchSink {
    /**
     * Called before each batch, also one without rows, about once a second on an idle stream; may wait.
     *
     * @return false to end the capture here
     * @throws InterruptedException when the capture is being stopped
     */
    boolean beforeBatch() throws InterruptedException;

    /**
     * Returns when every row has been accepted by the broker, but for those returned: they are kept in the database.
     *
     * @param rows not empty
     * @throws InterruptedException when the capture is being stopped; nothing of the batch counts as published then
     */
    Published publish(List<OutboxRow> rows) throws InterruptedException;

    /** The position is stored there. */
    void stored(Position position);

    /** The batch is through: what the broker has not accepted of it is stored. */
    void done(CapturedBatch batch, Published published);
}
