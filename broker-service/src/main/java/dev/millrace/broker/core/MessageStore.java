package dev.millrace.broker.core;

import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.LogRecord;

/**
 * The log as the core uses it: facts in, stored messages out. The newest message is at hand as it came, for most are
 * handed out at once, to a topic's subscriptions one after another; the others are read from the log.
 */
public final class MessageStore {

    private final CommitLog log;
    private StoredMessage newest;
    private long newestPosition = -1;

    public MessageStore(CommitLog log) {
        this.log = log;
    }

    /** Appends a fact; returns its position. */
    long append(Fact fact) {
        long position = log.append(fact);
        if (fact instanceof StoredMessage stored) {
            newest = stored;
            newestPosition = position;
        }
        return position;
    }

    StoredMessage read(long position, int bodyLength) {
        if (position == newestPosition) {
            return newest;
        }
        LogRecord read = log.read(position, bodyLength);
        return (StoredMessage) Fact.read(read.type(), read.body());
    }

    /** Says that a message will be read soon. */
    void expect(long position, int bodyLength) {
        log.expect(position, bodyLength);
    }

    /** The largest fact that can be appended, in bytes. */
    int maxBodyLength() {
        return log.maxBodyLength();
    }

    long endPosition() {
        return log.endPosition();
    }

    /** Bytes of all segments. */
    long sizeBytes() {
        return log.sizeBytes();
    }

    /** Bases of the log's segments, in order. */
    long[] segmentBases() {
        return log.segmentBases();
    }

    /** -1 if no segment holds the position. */
    long segmentBase(long position) {
        return log.segmentBase(position);
    }

    long segmentEnd(long base) {
        return log.segmentEnd(base);
    }

    void discard(long base) {
        log.discard(base);
    }
}
