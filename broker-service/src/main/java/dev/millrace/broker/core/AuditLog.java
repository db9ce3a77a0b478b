package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Who did what to dead letters, and what came of it: entries of a topic of the broker's own, which keeps them for a time
 * and up to a size like any other.
 */
final class AuditLog {

    private static final String NAME = "$audit";

    private static final RetentionSettings RETENTION = new RetentionSettings(90L * 24 * 60 * 60 * 1_000, 64L << 20);

    private final Ledger ledger;
    private final Retention retention;

    AuditLog(Ledger ledger, Retention retention) {
        this.ledger = ledger;
        this.retention = retention;
    }

    /** Adds an entry; durable together with the facts around it. */
    void note(long now, String actor, String action, String subject, String detail, String result) {
        Stream stream = ledger.topology.stream(NAME);
        if (stream == null) {
            ledger.record(new Fact.TopicDeclared(ledger.topology.nextStreamId(), NAME, RETENTION, 0));
            stream = ledger.topology.stream(NAME);
        }
        byte[] bytes = new AuditEntry(0, now, actor, action, subject, detail, result).encode();
        Message message = new Message(bytes, 0, 0, null, null, Message.NORMAL_PRIORITY, true, 0, 0);
        ledger.record(new StoredMessage.Published(stream.id, stream.index.next(), now, message));
        retention.stored(stream, now);
    }

    /** The entries behind a number, oldest first, at most {@code limit}. */
    List<AuditEntry> page(long after, int limit) {
        Stream stream = ledger.topology.stream(NAME);
        List<AuditEntry> page = new ArrayList<>();
        if (stream != null) {
            long first = Math.max(after + 1, stream.index.first());
            for (long offset = first; offset < stream.index.next() && page.size() < limit; offset++) {
                StoredMessage stored = ledger.read(stream, offset);
                page.add(AuditEntry.decode(
                        offset, stored.enqueuedAt(), stored.message().payload()));
            }
        }
        return page;
    }
}
