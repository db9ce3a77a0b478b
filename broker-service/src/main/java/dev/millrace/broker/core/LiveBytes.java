package dev.millrace.broker.core;

import dev.millrace.broker.log.LogCorruptException;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;

/** How many bytes of each log segment belong to messages that are still needed. */
final class LiveBytes {

    private final MessageStore store;
    /** By the segment's base. */
    private final Long2LongOpenHashMap bytes = new Long2LongOpenHashMap();

    private long total;

    private final Range added = new Range();
    private final Range removed = new Range();

    /** The segment that was found last: mostly it is the same again. */
    private final class Range {
        private long base;
        private long end;

        private long baseOf(long position) {
            if (position < base || position >= end) {
                base = store.segmentBase(position);
                if (base < 0) {
                    throw new LogCorruptException("The log segment that held position " + position
                            + " is missing, but a message there is still needed; restore the data directory from a"
                            + " copy.");
                }
                end = store.segmentEnd(base);
            }
            return base;
        }
    }

    LiveBytes(MessageStore store) {
        this.store = store;
    }

    /**
     * @throws LogCorruptException if the log does not hold the position
     */
    void add(long position, int bodyLength) {
        bytes.addTo(added.baseOf(position), bodyLength);
        total += bodyLength;
    }

    void remove(long position, int bodyLength) {
        bytes.addTo(removed.baseOf(position), -bodyLength);
        total -= bodyLength;
    }

    /** Of all segments. */
    long total() {
        return total;
    }

    /** Of the segment with that base. */
    long in(long base) {
        return bytes.get(base);
    }

    /** Forgets a segment that is no more. */
    void discard(long base) {
        bytes.remove(base);
    }

    /** Adds what a stream still needs; for the start. */
    void addAll(Stream stream) {
        for (long offset = stream.index.first(); offset < stream.index.next(); offset++) {
            if (stream.needs(offset)) {
                add(stream.index.position(offset), stream.index.bodyLength(offset));
            }
        }
    }

    /** Takes away what a stream that goes still needed. */
    void removeAll(Stream stream) {
        for (long offset = stream.index.first(); offset < stream.index.next(); offset++) {
            if (stream.needs(offset)) {
                remove(stream.index.position(offset), stream.index.bodyLength(offset));
            }
        }
    }
}
