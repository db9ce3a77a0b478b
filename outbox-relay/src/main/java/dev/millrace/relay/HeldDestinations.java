package dev.millrace.relay;

import dev.millrace.relay.capture.ResendTable;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * Destinations of one source whose rows do not go through the stream for now, but behind one another through
 * {@code relay_resend}. Thread-safe.
 *
 * <p>Invariant (RELAY-4): while a row is held for a destination, every later row for it is held too. So the capture says
 * here that it is about to store a row, and a destination is let go only when none is stored and none is about to be.
 */
final class HeldDestinations {
    private final ResendTable resend;
    private final int maxRows;
    private final Set<String> held = new HashSet<>();
    /** Destinations of the batch under way, whose rows are held but not stored yet. */
    private final Set<String> unstored = new HashSet<>();
    /** Told to people already. */
    private final Set<String> announced = new HashSet<>();

    private long storedRows;
    /** Counts changes of storedRows, so that an older count of the table does not undo a newer one. */
    private long version;

    HeldDestinations(ResendTable resend, int maxRows) {
        this.resend = resend;
        this.maxRows = maxRows;
    }

    /** The capture begins: what an earlier one has held is held still, and what it had not stored comes again. */
    void load() throws SQLException {
        Set<String> stored = resend.heldDestinations();
        long rows = resend.size();
        synchronized (this) {
            held.clear();
            held.addAll(stored);
            unstored.clear();
            announced.clear();
            announced.addAll(stored);
            storedRows = rows;
            version++;
        }
    }

    /** True if a row for this destination is to be held. */
    synchronized boolean admits(String destination) {
        if (!held.contains(destination)) {
            return false;
        }
        unstored.add(destination);
        return true;
    }

    /** A row for this destination is about to be stored, and so are all that follow. */
    synchronized void hold(String destination) {
        held.add(destination);
        unstored.add(destination);
    }

    /** So many rows of the batch under way are stored for this destination; true if that is news. */
    synchronized boolean stored(String destination, long rows) {
        unstored.remove(destination);
        storedRows += rows;
        version++;
        return announced.add(destination);
    }

    synchronized long version() {
        return version;
    }

    /** Whether so many more rows may be held. */
    synchronized boolean hasRoomFor(int rows) {
        return storedRows + rows <= maxRows;
    }

    /** The table was counted, after {@link #version} was asked. */
    synchronized void counted(long rows, long atVersion) {
        if (atVersion == version) {
            storedRows = rows;
        }
    }

    synchronized Set<String> destinations() {
        return Set.copyOf(held);
    }

    /** Lets a destination go if nothing is held for it any more; the stream takes it again. */
    synchronized boolean letGo(String destination) throws SQLException {
        if (unstored.contains(destination) || resend.holds(destination)) {
            return false;
        }
        held.remove(destination);
        announced.remove(destination);
        return true;
    }
}
