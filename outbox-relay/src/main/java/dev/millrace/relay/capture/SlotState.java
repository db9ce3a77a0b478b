package dev.millrace.relay.capture;

/**
 * What PostgreSQL says of our replication slot at one moment.
 *
 * @param prepared false while the service's migration has not made slot, publication and the relay's tables
 * @param active somebody streams from it
 * @param lost PostgreSQL has given it up (max_slot_wal_keep_size)
 * @param flushedLsn the log is needed from here on; 0 if there is no slot
 * @param currentLsn end of the log
 */
public record SlotState(boolean prepared, boolean active, boolean lost, long flushedLsn, long currentLsn) {
    /** Bytes of log that were written and are not confirmed yet; 0 if there is no slot. */
    public long lagBytes() {
        return flushedLsn == 0 ? 0 : Math.max(0, currentLsn - flushedLsn);
    }

    /** Free to be taken. */
    public boolean free() {
        return prepared && !active && !lost;
    }
}
