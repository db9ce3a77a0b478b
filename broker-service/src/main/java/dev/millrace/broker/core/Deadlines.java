package dev.millrace.broker.core;

import java.util.PriorityQueue;

/**
 * When to look at what. Each subject is looked at no later than its earliest deadline, perhaps earlier: a deadline that
 * went away is not taken out, so setting one costs nothing where an earlier one is known already.
 */
final class Deadlines {

    static final long NEVER = Long.MAX_VALUE;

    private record Entry(long at, Timed subject) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Entry> heap = new PriorityQueue<>();

    /** Sees to it that the subject is looked at at this time (epoch milliseconds), or before. */
    void set(Timed subject, long at) {
        if (at < subject.wakeAt()) {
            subject.wakeAt(at);
            heap.add(new Entry(at, subject));
        }
    }

    /** Epoch milliseconds; {@link #NEVER} if there is none. */
    long earliest() {
        Entry entry = heap.peek();
        return entry == null ? NEVER : entry.at;
    }

    /** Takes a subject whose time has come; null if there is none. Its next deadline has to be set anew. */
    Timed takeDue(long now) {
        while (earliest() <= now) {
            Entry entry = heap.remove();
            if (entry.at == entry.subject.wakeAt()) {
                entry.subject.wakeAt(NEVER);
                return entry.subject;
            }
        }
        return null;
    }
}
