package dev.millrace.broker.core;

import java.util.PriorityQueue;

/** Offsets that wait for their time, earliest first, those of the same time in their order. */
final class DueOffsets {

    private record Due(long at, long offset) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(offset, other.offset);
        }
    }

    private final PriorityQueue<Due> heap = new PriorityQueue<>();

    void add(long at, long offset) {
        heap.add(new Due(at, offset));
    }

    /** Epoch milliseconds of the earliest; {@link Deadlines#NEVER} if there is none. */
    long earliest() {
        Due due = heap.peek();
        return due == null ? Deadlines.NEVER : due.at;
    }

    /** Takes the earliest away. */
    long poll() {
        return heap.remove().offset;
    }

    int size() {
        return heap.size();
    }
}
