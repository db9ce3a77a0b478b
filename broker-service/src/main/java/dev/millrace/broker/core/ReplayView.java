package dev.millrace.broker.core;

import java.util.List;
import java.util.UUID;

/**
 * A replay as it is at one moment.
 *
 * @param selected dead letters that it is to send on; grows while it counts
 * @param replayed how many of them it has sent on
 * @param failed how many of them it has left where they are
 * @param startedAt epoch milliseconds
 * @param endedAt epoch milliseconds; 0 if it has not ended
 * @param lastError what went wrong last; null if nothing did
 * @param samples of a dry run the first of what it would send on; else empty
 */
public record ReplayView(
        UUID id,
        ReplayRequest request,
        State state,
        long selected,
        long replayed,
        long failed,
        long startedAt,
        long endedAt,
        String lastError,
        List<BrowsedMessage> samples) {

    /** How a replay is getting on. */
    public enum State {
        RUNNING,
        /** By an operator; goes on when it is resumed. */
        PAUSED,
        /** Has looked at all that it was to. */
        COMPLETED,
        /** By an operator; what was sent on stays where it went, the rest where it was. */
        CANCELLED,
        /** Could not go on; {@link #lastError} says why. */
        FAILED;

        boolean isEnd() {
            return this != RUNNING && this != PAUSED;
        }
    }
}
