package dev.millrace.broker.history;

import dev.millrace.broker.core.History.Event;

/**
 * An event in a file: two words, little-endian.
 *
 * <pre>
 *  word   bits
 *  0      64   key of the message-id, see {@link MessageKey}
 *  1      34   milliseconds from the segment's base, signed: 99 days
 *          4   code of the event: its place in the enum, from 1; 0: no entry
 *         10   attempt, at most 1023
 *         16   place of the texts: so many times 64 bytes before the segment's end; 0: none
 * </pre>
 *
 * An entry of code 15 tells when the message is due that the entry before scheduled: in word 1 it has only the code, and
 * epoch milliseconds in the 60 other bits.
 */
final class Entry {

    static final int BYTES = 2 * Long.BYTES;

    /** What the texts' place is counted in. */
    static final int TEXT_UNIT = 64;

    static final int MAX_TEXT_PLACE = (1 << 16) - 1;

    static final int DUE = 15;

    private static final int TIME_SHIFT = 30;
    private static final int CODE_SHIFT = 26;
    private static final int ATTEMPT_SHIFT = 16;
    private static final long LOWER_MASK = (1L << CODE_SHIFT) - 1;
    private static final long MAX_DISTANCE_MILLIS = (1L << 33) - 1;
    private static final int MAX_ATTEMPT = (1 << 10) - 1;

    private static final Event[] EVENTS = Event.values();

    private Entry() {}

    static int code(Event event) {
        return event.ordinal() + 1;
    }

    static long pack(int code, long distanceMillis, int attempt, int textPlace) {
        return Math.clamp(distanceMillis, -MAX_DISTANCE_MILLIS, MAX_DISTANCE_MILLIS) << TIME_SHIFT
                | (long) code << CODE_SHIFT
                | (long) Math.min(attempt, MAX_ATTEMPT) << ATTEMPT_SHIFT
                | textPlace;
    }

    static long packDue(long dueAt) {
        return dueAt >>> CODE_SHIFT << TIME_SHIFT | (long) DUE << CODE_SHIFT | dueAt & LOWER_MASK;
    }

    /** Epoch milliseconds. */
    static long dueAt(long word) {
        return word >>> TIME_SHIFT << CODE_SHIFT | word & LOWER_MASK;
    }

    static long distanceMillis(long word) {
        return word >> TIME_SHIFT;
    }

    static int code(long word) {
        return (int) (word >>> CODE_SHIFT) & 15;
    }

    /** Null for a code that is none of an event. */
    static Event event(long word) {
        int code = code(word);
        return code >= 1 && code <= EVENTS.length ? EVENTS[code - 1] : null;
    }

    static int attempt(long word) {
        return (int) (word >>> ATTEMPT_SHIFT) & MAX_ATTEMPT;
    }

    static int textPlace(long word) {
        return (int) word & MAX_TEXT_PLACE;
    }
}
