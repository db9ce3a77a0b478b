package dev.millrace.broker.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What clients know of messages that are moved from one queue to another, each as two, in transactions:
 *
 * <ul>
 *   <li>INV-7 a transaction happens wholly or not at all: a message is where it was, or both that it became are where
 *       they were sent to, once;
 *   <li>INV-8 a transaction whose commit was answered has happened, one that was rolled back has not.
 * </ul>
 */
final class TransferLedger {

    static final String FROM = "transfers";
    static final String TO = "transferred";

    private final Set<String> sent = new HashSet<>();
    private final Set<String> accepted = new HashSet<>();
    private final Set<String> committed = new HashSet<>();

    static List<String> partsOf(String id) {
        return List.of(id + "/1", id + "/2");
    }

    void sent(String id) {
        sent.add(id);
    }

    void accepted(String id) {
        accepted.add(id);
    }

    void committed(String id) {
        committed.add(id);
    }

    int commits() {
        return committed.size();
    }

    void check(List<String> from, List<String> to) {
        require(new HashSet<>(to).size() == to.size(), "INV-7: twice in " + TO + ": " + to);
        Set<String> there = new HashSet<>(to);
        for (String id : sent) {
            boolean first = there.remove(partsOf(id).getFirst());
            boolean second = there.remove(partsOf(id).getLast());
            boolean here = from.contains(id);
            String what = id + " is " + (here ? "" : "not ") + "in " + FROM + ", its parts are " + first + " and "
                    + second + " in " + TO;
            require(first == second && !(here && first), "INV-7: " + what);
            require(here || first || !accepted.contains(id), "INV-1: " + what);
            require(first || !committed.contains(id), "INV-8: " + what);
        }
        require(there.isEmpty(), "messages that nobody sent: " + there);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
