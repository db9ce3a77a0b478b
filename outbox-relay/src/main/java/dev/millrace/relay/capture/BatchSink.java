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
     * Returns when every row has been accepted by the broker, but for those returned: they can never be, and are kept
     * as poison.
     *
     * @param rows not empty
     * @throws InterruptedException when the capture is being stopped; nothing of the batch counts as published then
     */
    List<PoisonRow> publish(List<OutboxRow> rows) throws InterruptedException;

    /** The position is stored behind this batch. */
    void stored(CapturedBatch batch, List<PoisonRow> poison, Position position);
}
