package dev.millrace.broker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a subscription that parks keys was told, and told: every message is with it or among its dead letters, once, until
 * it is settled; and of each key the first that is not settled is the only one that is delivered, through dead letters and
 * replays.
 */
final class ReplayLedger {

    static final String TOPIC = "replayed";
    static final String SOURCE = TOPIC + "::parking";
    static final String BYSTANDER = TOPIC + "::bystander";
    static final String DEAD_LETTERS = SOURCE + "/$deadletterqueue";
    static final int KEYS = 3;

    private final Set<String> sent = new HashSet<>();
    private final Set<String> accepted = new HashSet<>();
    /** By key, in the order in which they were sent. */
    private final Map<String, List<String>> byKey = new HashMap<>();
    /** Settled, perhaps not on disk. */
    private final Set<String> settled = new HashSet<>();

    /** Settled in this life since the last sync. */
    private final Set<String> unsynced = new HashSet<>();

    private final Set<String> settledForGood = new HashSet<>();
    private int replayed;

    static String keyOf(String id) {
        return id.substring(0, id.indexOf('-'));
    }

    void sent(String id) {
        sent.add(id);
        byKey.computeIfAbsent(keyOf(id), key -> new ArrayList<>()).add(id);
    }

    void accepted(String id) {
        accepted.add(id);
    }

    void delivered(String id, int replays) {
        require(!settledForGood.contains(id), "INV-2: " + id + " was settled and came again");
        replayed += replays > 0 ? 1 : 0;
        for (String earlier : byKey.get(keyOf(id))) {
            if (earlier.equals(id)) {
                return;
            }
            require(
                    settled.contains(earlier) || !accepted.contains(earlier),
                    "INV-4: " + id + " was delivered before " + earlier + " of its key");
        }
    }

    void bystanderGot(String id, int replays) {
        require(replays == 0, id + " was replayed to one subscription and came to another");
    }

    void settled(String id) {
        settled.add(id);
        unsynced.add(id);
    }

    /** A settlement came when the lock had run out: it is as if it had not come. */
    void late(String id) {
        settled.remove(id);
        unsynced.remove(id);
        settledForGood.remove(id);
    }

    /** All that was settled so far is on disk. */
    void synced() {
        settledForGood.addAll(unsynced);
        unsynced.clear();
    }

    /** The process has ended: what was not synced is or is not on disk. */
    void ended() {
        unsynced.clear();
    }

    /** How many deliveries there were of messages that had been replayed. */
    int replayed() {
        return replayed;
    }

    /** Compares with everything that was left. */
    void check(List<String> source, List<String> dead, List<String> bystander) {
        List<String> all = new ArrayList<>(source);
        all.addAll(dead);
        Set<String> left = new HashSet<>(all);
        require(left.size() == all.size(), "INV-9: twice: with the subscription " + source + ", dead " + dead);
        require(sent.containsAll(left), "messages that nobody sent: " + all);
        for (String id : accepted) {
            require(left.contains(id) || settled.contains(id), "INV-1: " + id + " was accepted and is nowhere");
        }
        for (String id : left) {
            require(!settledForGood.contains(id), "INV-2: " + id + " was settled and is still there");
        }
        require(new HashSet<>(bystander).size() == bystander.size(), "INV-9: twice with the bystander: " + bystander);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
