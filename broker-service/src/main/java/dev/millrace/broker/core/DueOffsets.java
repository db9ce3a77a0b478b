package dev.millrace.broker.core;

import java.util.PriorityQueue;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;

/**
 * Offsets that wait for their time, earliest first, those of the same time in their order. What has long to wait is
 * told of somewhat ahead of its time, once: its message was stored long ago, and is not at hand.
 */
final class DueOffsets {

    /** How long ahead. */
    static final long AHEAD_MILLIS = 10_000;

    /** So much more is told of in one go, so that not every message is looked at by itself. */
    private static final long MORE_MILLIS = 500;

    /** Offsets that are told of in one piece, so that no command waits long. */
    static final int MAX_STEP = 2_000;

    private record Due(long at, long offset) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(offset, other.offset);
        }
    }

    private final PriorityQueue<Due> soon = new PriorityQueue<>();
    /** Those that were not told of; mostly later than the others, unless nobody asked for a while. */
    private final PriorityQueue<Due> later = new PriorityQueue<>();

    /** Adds one that is not told of: it was at hand lately. */
    void add(long at, long offset) {
        soon.add(new Due(at, offset));
    }

    /** Adds one that is told of if it has long to wait. */
    void schedule(long at, long offset, long now) {
        (at - now <= AHEAD_MILLIS ? soon : later).add(new Due(at, offset));
    }

    /** Epoch milliseconds of the earliest; {@link Deadlines#NEVER} if there is none. */
    long earliest() {
        return Math.min(timeOf(soon.peek()), timeOf(later.peek()));
    }

    private static long timeOf(Due due) {
        return due == null ? Deadlines.NEVER : due.at;
    }

    /** Takes the earliest away. */
    long poll() {
        Due first = soon.peek();
        Due second = later.peek();
        boolean isSoon = second == null || first != null && first.compareTo(second) < 0;
        return (isSoon ? soon : later).remove().offset;
    }

    /** Epoch milliseconds from which on {@link #approach} has something to tell; {@link Deadlines#NEVER} if never. */
    long nextApproach() {
        return later.isEmpty() ? Deadlines.NEVER : later.peek().at - AHEAD_MILLIS;
    }

    /** Tells of those whose time comes soon, not too many at once. */
    void approach(long now, LongConsumer told) {
        if (nextApproach() > now) {
            return;
        }
        long until = now + AHEAD_MILLIS + MORE_MILLIS;
        for (int i = 0; i < MAX_STEP && timeOf(later.peek()) <= until; i++) {
            Due due = later.remove();
            soon.add(due);
            told.accept(due.offset);
        }
    }

    void removeIf(LongPredicate condition) {
        soon.removeIf(due -> condition.test(due.offset));
        later.removeIf(due -> condition.test(due.offset));
    }

    void clear() {
        soon.clear();
        later.clear();
    }

    int size() {
        return soon.size() + later.size();
    }
}
