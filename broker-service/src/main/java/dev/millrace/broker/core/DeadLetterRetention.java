package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Lets dead letters go when the time is over for which their source keeps them. */
final class DeadLetterRetention {

    /** Dead letters that go with one fact; the rest follows right after. */
    private static final int MAX_STEP = 256;

    private static final long STEP_PAUSE_MILLIS = 1;

    private final Ledger ledger;
    private final Lives lives;

    DeadLetterRetention(Ledger ledger, Lives lives) {
        this.ledger = ledger;
        this.lives = lives;
    }

    /** To be called when a dead letter was stored. */
    void stored(Subscription source, Stream deadLetters, long now) {
        long retentionMillis = source.settings.deadLetterRetentionMillis();
        if (retentionMillis > 0 && deadLetters.wakeAt() == Deadlines.NEVER) {
            ledger.deadlines.set(deadLetters, now + retentionMillis);
        }
    }

    /** Looks at a queue whose time has come; of others than dead letters nothing goes. */
    void check(Stream queue, long now) {
        Subscription source = sourceOf(queue);
        if (source == null || source.settings.deadLetterRetentionMillis() == 0) {
            return;
        }
        long retentionMillis = source.settings.deadLetterRetentionMillis();
        SettledOffsets settled = queue.only().settled;
        LongArrayList over = new LongArrayList(0);
        long goesAt = Deadlines.NEVER;
        for (long offset = settled.floor(); offset < queue.index.next() && goesAt == Deadlines.NEVER; offset++) {
            if (settled.contains(offset)) {
                continue;
            }
            StoredMessage stored = ledger.read(queue, offset);
            long at = stored.diedAt() + retentionMillis;
            if (at <= now && over.size() < MAX_STEP) {
                over.add(offset);
                lives.dropped(queue.only(), stored, Fact.Dropped.Reason.RETENTION, now);
            } else {
                goesAt = Math.max(at, now + STEP_PAUSE_MILLIS);
            }
        }
        if (!over.isEmpty()) {
            ledger.record(new Fact.Dropped(queue.only().id, Fact.Dropped.Reason.RETENTION, over.toLongArray()));
        }
        if (goesAt != Deadlines.NEVER) {
            ledger.deadlines.set(queue, goesAt);
        }
    }

    private Subscription sourceOf(Stream queue) {
        if (queue.topic
                || !queue.name.endsWith(Address.DEAD_LETTER_SUFFIX)
                || ledger.topology.stream(queue.id) != queue) {
            return null;
        }
        return ledger.topology.subscription(
                queue.name.substring(0, queue.name.length() - Address.DEAD_LETTER_SUFFIX.length()));
    }
}
