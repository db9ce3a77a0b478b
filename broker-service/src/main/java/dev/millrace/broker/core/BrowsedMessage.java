package dev.millrace.broker.core;

import java.util.List;

/**
 * A message that was looked at and stays where it is.
 *
 * @param id the broker's own, unique among all messages it holds
 * @param offset in its queue or topic
 * @param enqueuedAt epoch milliseconds at which the broker took the message
 * @param attempts how many attempts at delivering it have failed; 0 for a topic's
 * @param replays how often it was replayed
 * @param deaths why and where it was dead-lettered, oldest first; empty outside of dead-letter queues
 */
public record BrowsedMessage(
        String id,
        long offset,
        Message message,
        long enqueuedAt,
        State state,
        int attempts,
        int replays,
        List<Death> deaths) {

    /** What a message waits for. */
    public enum State {
        /** For a consumer. */
        READY,
        /** For its settlement. */
        IN_FLIGHT,
        /** For the time that its publisher set. */
        SCHEDULED,
        /** For its next attempt. */
        RETRY,
        /** For the replay of a dead letter of its ordering key. */
        PARKED
    }

    /**
     * Some messages in the order of their offsets.
     *
     * @param lastOffset where the next page goes on behind; -1 if this is the last one
     */
    public record Page(List<BrowsedMessage> items, long lastOffset) {}
}
