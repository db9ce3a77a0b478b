package dev.millrace.broker.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What clients know of messages of a topic that has queues bound to it, one for all of them and one for some:
 *
 * <ul>
 *   <li>INV-1 nothing accepted is lost;
 *   <li>INV-9 a publication happens wholly or not at all: a message is in the topic and once in each bound queue that
 *       selects it, or nowhere.
 * </ul>
 */
final class RoutingLedger {

    static final String TOPIC = "events";
    static final String SUBSCRIPTION = TOPIC + "::check";
    static final String ALL = "routed";
    static final String SOME = "routed-some";
    /** The selector of the binding into {@link #SOME}. */
    static final String SELECTOR = "ends with 7";

    private final Set<String> sent = new HashSet<>();
    private final Set<String> accepted = new HashSet<>();

    static boolean isSelected(String id) {
        return id.endsWith("7");
    }

    void sent(String id) {
        sent.add(id);
    }

    void accepted(String id) {
        accepted.add(id);
    }

    /** Compares with everything that was left. */
    void check(List<String> topic, List<String> all, List<String> some) {
        Set<String> stored = new HashSet<>(topic);
        require(sent.containsAll(stored), "messages that nobody sent: " + topic);
        require(stored.containsAll(accepted), "INV-1: accepted " + accepted + ", in " + TOPIC + " are " + topic);
        require(stored.size() == topic.size(), "INV-9: twice in " + TOPIC + ": " + topic);
        require(
                all.size() == stored.size() && stored.containsAll(all),
                "INV-9: in " + TOPIC + " are " + topic + ", in " + ALL + " " + all);
        Set<String> selected = new HashSet<>(stored);
        selected.removeIf(id -> !isSelected(id));
        require(
                some.size() == selected.size() && selected.containsAll(some),
                "INV-9: in " + TOPIC + " are " + topic + ", in " + SOME + " " + some);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
