package dev.millrace.broker.engine;

import dev.millrace.broker.core.Delivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What clients know of their messages, kept outside of the broker, and what it must therefore hold to:
 *
 * <ul>
 *   <li>INV-1 nothing accepted is lost: it is settled, or it is there, once;
 *   <li>INV-2 nothing comes back whose settlement was synced;
 *   <li>INV-3 a message of a key is not delivered while an older one of its key is there;
 *   <li>INV-4 a message has one offset, for good, also if it is sent again.
 * </ul>
 */
final class OutsideLedger {

    enum Settlement {
        NONE,
        ACCEPTED,
        REJECTED
    }

    /** One message of the queue. */
    private static final class Entry {
        private final String id;
        private final String key;
        private final int number;
        /** Known to be stored: accepted, or delivered. */
        private boolean stored;

        private Settlement settlement = Settlement.NONE;
        /** Whether the settlement is known to be synced. */
        private boolean durable;

        private long offset = -1;

        private Entry(String id, String key, int number) {
            this.id = id;
            this.key = key;
            this.number = number;
        }

        private boolean isWaiting() {
            return stored && settlement == Settlement.NONE;
        }
    }

    private final Map<String, Entry> queue = new LinkedHashMap<>();
    private final Map<String, List<Entry>> byKey = new HashMap<>();
    private final List<Entry> unsynced = new ArrayList<>();

    void sent(String id, String key, int number) {
        Entry entry = new Entry(id, key, number);
        queue.put(id, entry);
        byKey.computeIfAbsent(key, name -> new ArrayList<>()).add(entry);
    }

    /** Ids of messages that are known to be stored: sent again, they must not be stored again. */
    List<String> stored() {
        return queue.values().stream()
                .filter(entry -> entry.stored)
                .map(entry -> entry.id)
                .toList();
    }

    void accepted(String id) {
        queue.get(id).stored = true;
    }

    void delivered(Delivery delivery) {
        String id = delivery.message().messageId();
        Entry entry = queue.get(id);
        require(entry != null, "a message that nobody sent: " + id);
        require(
                entry.settlement == Settlement.NONE || !entry.durable,
                "INV-2: " + id + " came back, its settlement was synced");
        require(entry.offset < 0 || entry.offset == delivery.offset(), "INV-4: " + id + " is there twice");
        for (Entry other : byKey.get(entry.key)) {
            require(
                    other.number >= entry.number || !other.isWaiting(),
                    "INV-3: " + id + " was delivered before " + other.id);
        }
        entry.offset = delivery.offset();
        entry.stored = true;
        // What was not synced was lost, else it would not be here.
        entry.settlement = Settlement.NONE;
        unsynced.remove(entry);
    }

    void settled(String id, Settlement settlement) {
        Entry entry = queue.get(id);
        entry.settlement = settlement;
        entry.durable = false;
        unsynced.add(entry);
    }

    /** A settlement came after its lock had run out: it did not count. */
    void late(String id) {
        Entry entry = queue.get(id);
        entry.settlement = Settlement.NONE;
        unsynced.remove(entry);
    }

    /** Everything that was done so far is on disk. */
    void synced() {
        unsynced.forEach(entry -> entry.durable = true);
        unsynced.clear();
    }

    /** The process ended: what was not synced may have happened or not. */
    void ended() {
        unsynced.clear();
    }

    /** Compares with everything that was left in the queue and its dead letters. */
    void checkQueue(List<String> left, List<String> dead) {
        require(new HashSet<>(left).size() == left.size(), "INV-4: twice in the queue: " + left);
        require(new HashSet<>(dead).size() == dead.size(), "INV-4: twice in the dead letters: " + dead);
        Set<String> inQueue = new HashSet<>(left);
        Set<String> inDeadLetters = new HashSet<>(dead);
        for (Entry entry : queue.values()) {
            boolean here = inQueue.contains(entry.id);
            boolean there = inDeadLetters.contains(entry.id);
            String what = entry.id + " (stored " + entry.stored + ", " + entry.settlement + ", synced " + entry.durable
                    + ") is " + (here ? "" : "not ") + "in the queue and " + (there ? "" : "not ")
                    + "in the dead letters";
            require(!here || !there, "INV-4: " + what);
            switch (entry.settlement) {
                case NONE -> require(!there && (here || !entry.stored), "INV-1: " + what);
                case ACCEPTED -> require(!there && !(here && entry.durable), "INV-2: " + what);
                case REJECTED -> {
                    require(here || there || !entry.stored, "INV-1: " + what);
                    require(!entry.durable || there, "INV-1, INV-2: " + what);
                }
            }
        }
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
