package dev.millrace.relay.capture;

import java.time.Instant;

/**
 * Counts published rows against a moment, so that what is left can be told by counting only the rows created after that
 * moment. Thread-safe.
 *
 * <p>The heartbeat writes a mark with the database's time into the log. When the mark comes back, everything committed
 * before it has been published: the moment moves there. Left are then the rows created later, less those of them that
 * were published since. Exact but for rows whose transaction began before the mark and commits after it: they are
 * counted when they are published, and not while they wait.
 */
public final class LagCounter {
    /** Publications remembered, to find those created after a mark but published before it came back: a handful. */
    private static final int REMEMBERED = 4_096;

    /** What was published of the rows created after a moment. */
    public record Base(Instant from, long published) {}

    private final Instant[] recent = new Instant[REMEMBERED];
    private long recorded;
    private Instant from;
    private long published;

    public LagCounter(Base start) {
        this.from = start.from();
        this.published = start.published();
    }

    /** A row was accepted. */
    public synchronized void published(Instant createdAt) {
        recent[(int) (recorded++ % REMEMBERED)] = createdAt;
        if (createdAt.isAfter(from)) {
            published++;
        }
    }

    /** The mark written at that time has come back. */
    public synchronized void markReturned(Instant writtenAt) {
        if (!writtenAt.isAfter(from)) {
            return;
        }
        from = writtenAt;
        published = 0;
        for (Instant createdAt : recent) {
            if (createdAt != null && createdAt.isAfter(writtenAt)) {
                published++;
            }
        }
    }

    public synchronized Base base() {
        return new Base(from, published);
    }
}
