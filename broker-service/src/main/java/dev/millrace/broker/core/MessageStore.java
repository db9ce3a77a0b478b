package dev.millrace.broker.core;

import dev.millrace.broker.log.CommitLog;
import dev.millrace.broker.log.LogRecord;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;

/**
 * The log as the core uses it: facts in, stored messages out. The newest messages are kept in memory up to a bound,
 * for most are delivered right after they came; the others are read from the log.
 */
public final class MessageStore {

    private final CommitLog log;
    private final long cacheBytes;
    private final Long2ObjectLinkedOpenHashMap<StoredMessage> cache = new Long2ObjectLinkedOpenHashMap<>();
    private long cachedBytes;

    /**
     * @param cacheBytes bound on the message bytes kept in memory
     */
    public MessageStore(CommitLog log, long cacheBytes) {
        this.log = log;
        this.cacheBytes = cacheBytes;
    }

    /** Appends a fact; returns its position. */
    long append(Fact fact) {
        long position = log.append(fact);
        if (fact instanceof StoredMessage stored && !(fact instanceof StoredMessage.Moved)) {
            cache.put(position, stored);
            cachedBytes += stored.message().size();
            while (cachedBytes > cacheBytes) {
                cachedBytes -= cache.removeFirst().message().size();
            }
        }
        return position;
    }

    StoredMessage read(long position, int bodyLength) {
        StoredMessage cached = cache.get(position);
        if (cached != null) {
            return cached;
        }
        LogRecord read = log.read(position, bodyLength);
        return (StoredMessage) Fact.read(read.type(), read.body());
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
