package dev.millrace.broker.log;

/** What goes into a snapshot. */
@FunctionalInterface
public interface SnapshotBody {

    /** Writes all of it; called once, on another thread than the one that made it. */
    void writeTo(SnapshotOutput output);
}
