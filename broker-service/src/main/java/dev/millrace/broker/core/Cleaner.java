package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Copies what is still needed out of segments that hold little else, so that they can be used again: without it one
 * message that nobody takes would keep a segment for ever. A round begins when a snapshot is durable and the log has
 * more dead bytes than live ones; it walks once through the indexes of all streams, a bounded piece at a time, and the
 * segments that it has emptied are given back by a later snapshot.
 *
 * <p>A message keeps its offset, so its place in any order; only its position changes, by a fact like any other.
 */
final class Cleaner {

    /** A segment is worth it if no more of it than one part in so many is needed. */
    private static final int MAX_LIVE_PART = 4;

    /** Segments whose dead bytes are not worth a round. */
    private static final int MIN_DEAD_SEGMENTS = 4;

    private static final int MAX_STEP_BYTES = 256 << 10;
    private static final int MAX_STEP_ENTRIES = 16_384;
    private static final long PAUSE_MILLIS = 5;

    private final Ledger ledger;
    private final LongOpenHashSet segments = new LongOpenHashSet();
    /** Where the highest of them ends. */
    private long segmentsEnd;

    private final Deque<Stream> streams = new ArrayDeque<>();
    /** In the first of the streams. */
    private long offset;

    private long nextStepAt = Deadlines.NEVER;
    /** Whether a round has ended that no snapshot knows of. */
    private boolean emptied;

    Cleaner(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Epoch milliseconds; {@link Deadlines#NEVER} if there is nothing to do. */
    long nextStepAt() {
        return nextStepAt;
    }

    /** Whether there are segments that a snapshot would give back. */
    boolean hasEmptied() {
        return emptied;
    }

    /** A snapshot is taken. */
    void captured() {
        emptied = false;
    }

    /** Begins a round if it is worth it and none is under way. The snapshot at this position is durable. */
    void begin(long snapshotPosition, long now) {
        if (nextStepAt != Deadlines.NEVER) {
            return;
        }
        chooseSegments(snapshotPosition);
        if (!segments.isEmpty()) {
            streams.addAll(ledger.topology.streams());
            offset = 0;
            nextStepAt = now;
        }
    }

    private void chooseSegments(long snapshotPosition) {
        MessageStore store = ledger.store();
        segments.clear();
        long total = 0;
        long live = 0;
        long largest = 0;
        for (long base : store.segmentBases()) {
            long end = store.segmentEnd(base);
            if (end > snapshotPosition) {
                break;
            }
            long liveHere = ledger.liveBytes(base);
            total += end - base;
            live += liveHere;
            largest = Math.max(largest, end - base);
            if (liveHere > 0 && liveHere <= (end - base) / MAX_LIVE_PART) {
                segments.add(base);
                segmentsEnd = end;
            }
        }
        if (total - live <= live + MIN_DEAD_SEGMENTS * largest) {
            segments.clear();
        }
    }

    /** Does a piece of the round, if it is time. */
    void step(long now) {
        if (nextStepAt > now) {
            return;
        }
        nextStepAt = now + PAUSE_MILLIS;
        long bytes = 0;
        for (int entries = 0; entries < MAX_STEP_ENTRIES && bytes < MAX_STEP_BYTES; entries++) {
            if (streams.isEmpty()) {
                nextStepAt = Deadlines.NEVER;
                emptied = true;
                return;
            }
            Stream stream = streams.peek();
            offset = Math.max(offset, stream.index.first());
            if (offset >= stream.index.next() || ledger.topology.stream(stream.id) != stream) {
                streams.remove();
                offset = 0;
            } else {
                bytes += moveIfNeeded(stream, offset++);
            }
        }
    }

    private int moveIfNeeded(Stream stream, long candidate) {
        long position = stream.index.position(candidate);
        if (position >= segmentsEnd
                || !segments.contains(ledger.store().segmentBase(position))
                || !stream.needs(candidate)) {
            return 0;
        }
        StoredMessage stored = ledger.read(stream, candidate);
        StoredMessage.Moved moved = new StoredMessage.Moved(
                stream.id,
                candidate,
                stored.enqueuedAt(),
                stored.replays(),
                stored.onlyFor(),
                stored.deaths(),
                stored.message());
        ledger.record(moved);
        return moved.length();
    }
}
