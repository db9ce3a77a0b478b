package dev.millrace.broker.core;

/** Lets the oldest messages of topics go when their time is over, or when there are too many bytes of them. */
final class Retention {

    /** A topic is trimmed no more often than this because of age. */
    private static final long MIN_PAUSE_MILLIS = 1_000;

    /** The bound on bytes may be passed by this part of it, so that not every message trims. */
    private static final int SLACK_PART = 16;

    /** Messages that go in one piece; the rest follows right after, so that no command waits long. */
    private static final int MAX_STEP = 20_000;

    private static final long STEP_PAUSE_MILLIS = 1;

    private final Ledger ledger;
    private final Consuming consuming;

    Retention(Ledger ledger, Consuming consuming) {
        this.ledger = ledger;
        this.consuming = consuming;
    }

    /** Looks at every stream as soon as time is told: for the start. */
    void checkAll() {
        for (Stream stream : ledger.topology.streams()) {
            ledger.deadlines.set(stream, 0);
        }
    }

    /** To be called when a message was stored. */
    void stored(Stream stream, long now) {
        if (!stream.topic) {
            return;
        }
        RetentionSettings retention = stream.retention;
        if (retention.bytes() > 0 && stream.bytes() > retention.bytes() + retention.bytes() / SLACK_PART) {
            ledger.deadlines.set(stream, now);
        }
        if (retention.ageMillis() > 0 && stream.wakeAt() == Deadlines.NEVER) {
            ledger.deadlines.set(stream, now + retention.ageMillis());
        }
    }

    /** Looks at a topic whose time has come; of a queue nothing goes by its age. */
    void check(Stream topic, long now) {
        if (!topic.topic || ledger.topology.stream(topic.id) != topic) {
            return;
        }
        if (trim(topic, now)) {
            ledger.deadlines.set(topic, now + STEP_PAUSE_MILLIS);
        } else if (topic.retention.ageMillis() > 0 && topic.depth() > 0) {
            long oldestGoes = enqueuedAt(topic, topic.index.first()) + topic.retention.ageMillis();
            ledger.deadlines.set(topic, Math.max(now + MIN_PAUSE_MILLIS, oldestGoes));
        }
    }

    /** Returns whether more has to go. */
    private boolean trim(Stream topic, long now) {
        long first = Math.max(firstByAge(topic, now), firstByBytes(topic));
        long step = Math.min(first, topic.index.first() + MAX_STEP);
        if (step > topic.index.first()) {
            ledger.record(new Fact.Trimmed(topic.id, step));
            // What waited behind a message that went may be ready now.
            topic.subscriptions.forEach(subscription -> consuming.dispatch(subscription, now));
        }
        return step < first;
    }

    /** The oldest offset that is young enough. */
    private long firstByAge(Stream topic, long now) {
        if (topic.retention.ageMillis() == 0) {
            return topic.index.first();
        }
        long oldest = now - topic.retention.ageMillis();
        if (topic.depth() == 0 || enqueuedAt(topic, topic.index.first()) > oldest) {
            return topic.index.first();
        }
        return StartOffsets.firstSince(ledger, topic, oldest + 1);
    }

    private static long firstByBytes(Stream topic) {
        long first = topic.index.first();
        long bound = topic.retention.bytes();
        if (bound == 0) {
            return first;
        }
        long excess = topic.bytes() - bound;
        while (excess > 0) {
            excess -= topic.index.bodyLength(first++);
        }
        return first;
    }

    private long enqueuedAt(Stream topic, long offset) {
        return ledger.read(topic, offset).enqueuedAt();
    }
}
