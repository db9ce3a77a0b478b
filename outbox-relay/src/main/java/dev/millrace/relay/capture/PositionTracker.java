package dev.millrace.relay.capture;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;

/**
 * Follows the position through the captured records. Confined to the capture's thread.
 *
 * <p>Each record carries the end of the last transaction before it. When that moves on, all rows seen before it belong
 * to finished transactions, and their ids need not be remembered any longer.
 */
final class PositionTracker {
    /** Ids remembered at most. Of a transaction with more rows the first are sent twice after a crash. */
    static final int MAX_REMEMBERED = 1_024;

    private long lsn;
    private final SequencedSet<UUID> sentAfter = new LinkedHashSet<>();
    private final Set<UUID> sentBeforeStart;

    PositionTracker(Position start) {
        lsn = start.lsn();
        sentBeforeStart = new HashSet<>(start.sentAfter());
    }

    /**
     * To be called for each record, before its row is looked at. Null or an earlier position changes nothing.
     *
     * @return whether the position has moved on
     */
    boolean transactionsEndedAt(Long lastCommit) {
        if (lastCommit != null && Long.compareUnsigned(lastCommit, lsn) > 0) {
            lsn = lastCommit;
            sentAfter.clear();
            sentBeforeStart.clear();
            return true;
        }
        return false;
    }

    /** True if this row was accepted before a restart and now comes again. */
    boolean sentBefore(UUID row) {
        return sentBeforeStart.contains(row);
    }

    /** The row was accepted before, or will have been when the position is stored next. */
    void sent(UUID row) {
        sentAfter.addLast(row);
        if (sentAfter.size() > MAX_REMEMBERED) {
            sentAfter.removeFirst();
        }
    }

    Position position() {
        return new Position(lsn, List.copyOf(sentAfter));
    }
}
