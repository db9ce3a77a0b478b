package dev.millrace.broker.engine;

import static dev.millrace.broker.engine.OutsideLedger.require;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What clients know of a topic's messages: INV-1 to INV-4 of the {@link OutsideLedger}, for each subscription. A seek to
 * the earliest makes all that is kept come again (INV-5: all of it, once the seek was synced), one to the latest passes
 * over all of it.
 */
final class TopicLedger {

    /** What is known of a subscription's messages. */
    private static final class Reader {
        /** Settled, and the settlement was synced. */
        private final Set<String> settled = new HashSet<>();

        private final Set<String> unsynced = new HashSet<>();
        /** Settled or passed over, perhaps. */
        private final Set<String> maybe = new HashSet<>();
        /** Comes again if the seek happens; null if there was none since the last sync. */
        private Set<String> sought;
    }

    /** When it was sent, by message. */
    private final Map<String, Long> sent = new LinkedHashMap<>();

    private final Set<String> accepted = new HashSet<>();
    private final Map<String, Reader> readers = new HashMap<>();

    private Reader reader(String subscription) {
        return readers.computeIfAbsent(subscription, name -> new Reader());
    }

    void sent(String id, long at) {
        sent.put(id, at);
    }

    void accepted(String id) {
        accepted.add(id);
    }

    void delivered(String subscription, String id) {
        Reader reader = reader(subscription);
        require(sent.containsKey(id), "a message that nobody sent: " + id);
        require(!reader.settled.contains(id), "INV-2: " + id + " came back on " + subscription);
        reader.unsynced.remove(id);
    }

    void settled(String subscription, String id) {
        reader(subscription).unsynced.add(id);
    }

    /** A settlement came when the delivery was no longer the consumer's: it did not count. */
    void late(String subscription, String id) {
        reader(subscription).unsynced.remove(id);
    }

    void soughtEarliest(String subscription) {
        Reader reader = reader(subscription);
        if (reader.sought == null) {
            reader.sought = new HashSet<>();
        }
        for (Set<String> back : List.of(reader.settled, reader.unsynced, reader.maybe)) {
            reader.sought.addAll(back);
            back.clear();
        }
    }

    void soughtLatest(String subscription) {
        Reader reader = reader(subscription);
        reader.sought = null;
        reader.settled.clear();
        reader.unsynced.clear();
        reader.maybe.addAll(sent.keySet());
    }

    /** Everything that was done so far is on disk. */
    void synced() {
        for (Reader reader : readers.values()) {
            reader.settled.addAll(reader.unsynced);
            reader.unsynced.clear();
            reader.sought = null;
        }
    }

    /** The process ended: what was not synced may have happened or not. */
    void ended() {
        for (Reader reader : readers.values()) {
            // A settlement that is lost for certain shows by the message's coming back.
            reader.maybe.addAll(reader.unsynced);
            reader.unsynced.clear();
            if (reader.sought != null) {
                reader.maybe.addAll(reader.sought);
                reader.sought = null;
            }
        }
    }

    /** Compares with what was left on a subscription, all of it delivered at a time between the two. */
    void check(String subscription, List<String> left, long oldestKept) {
        Reader reader = reader(subscription);
        require(new HashSet<>(left).size() == left.size(), "INV-4: twice on " + subscription + ": " + left);
        sent.forEach((id, at) -> require(
                at <= oldestKept
                        || !accepted.contains(id)
                        || left.contains(id)
                        || reader.settled.contains(id)
                        || reader.maybe.contains(id),
                "INV-1: " + id + " of " + at + " is not on " + subscription + ", kept from " + oldestKept));
        left.forEach(id -> require(!reader.settled.contains(id), "INV-2: " + id + " came back on " + subscription));
    }
}
