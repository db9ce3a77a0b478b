package dev.millrace.broker.log;

/** How much room the disk has left for the log. */
public enum DiskState {
    /** All is well. */
    ENOUGH,
    /** Less is free than the low-water mark: what grows the log for good should stop. */
    LOW,
    /** The spare segment could not be made: only what helps to free space should still be written. */
    FULL
}
