package dev.millrace.broker.engine;

import static dev.millrace.broker.engine.OutsideLedger.require;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a publisher knows of a queue that keeps its newest messages only, and is deleted now and then: INV-6 a message
 * goes only if enough newer ones came; INV-7 nothing comes back from before a deletion that was synced.
 */
final class DroppingLedger {

    private final int bound;
    /** Whether each was accepted, by message, in the order in which they were sent. */
    private final Map<String, Boolean> sent = new LinkedHashMap<>();
    /** Sent before a deletion that may have happened. */
    private final Set<String> perhapsDeleted = new HashSet<>();
    /** Sent before a deletion that happened. */
    private final Set<String> deleted = new HashSet<>();

    private boolean deleting;

    DroppingLedger(int bound) {
        this.bound = bound;
    }

    void sent(String id) {
        sent.put(id, false);
    }

    void accepted(String id) {
        sent.put(id, true);
    }

    void deleted() {
        perhapsDeleted.addAll(sent.keySet());
        deleting = true;
    }

    void synced() {
        if (deleting) {
            deleted.addAll(perhapsDeleted);
        }
        deleting = false;
    }

    void ended() {
        deleting = false;
    }

    void check(List<String> left) {
        require(new HashSet<>(left).size() == left.size(), "INV-4: twice: " + left);
        require(left.size() <= bound, "INV-6: more than " + bound + " are left: " + left);
        int newer = 0;
        for (String id : List.copyOf(sent.keySet()).reversed()) {
            boolean here = left.contains(id);
            require(!here || !deleted.contains(id), "INV-7: " + id + " came back from a deleted queue");
            require(
                    here || !sent.get(id) || perhapsDeleted.contains(id) || newer >= bound,
                    "INV-6: " + id + " is gone, and only " + newer + " newer ones were sent");
            newer++;
        }
    }
}
