package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;

/** At recovery: the prepared messages that were read last, until it is clear whether their group was finished. */
final class PreparedMessages {

    /** A prepared message, and where it lies. */
    record Found(StoredMessage fact, long position, int length) {}

    private final List<Found> found = new ArrayList<>();

    void add(StoredMessage.Prepared prepared, long position, int length) {
        found.add(new Found(prepared.fact(), position, length));
    }

    /**
     * The last so many, which are those of the group that ends here. What is before them belongs to a group that a crash
     * has cut off.
     */
    List<Found> take(int count) {
        List<Found> taken = List.copyOf(found.subList(found.size() - count, found.size()));
        found.clear();
        return taken;
    }

    /** Another record came: no group ends with these. */
    void drop() {
        if (!found.isEmpty()) {
            found.clear();
        }
    }
}
