package dev.millrace.broker.core;

/** Who asked for a snapshot. */
public interface SnapshotSink {

    /** Hands it over. The log is synced up to the snapshot's position by then. Must not block. */
    void taken(Snapshot snapshot);
}
