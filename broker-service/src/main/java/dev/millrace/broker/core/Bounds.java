package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayList;

/** Keeps queues within {@code maxMessages} and {@code maxBytes}, and subscriptions that let their oldest messages go. */
final class Bounds {

    /**
     * Under {@link QueueSettings.WhenFull#BLOCK} a queue takes up to this many times its bound: credit that was given
     * counts, and a publisher whose messages each name their destination has its credit from none of them.
     */
    private static final int OVERSHOOT = 2;

    /** Messages that go with one fact. */
    private static final int MAX_DROPPED_AT_ONCE = 256;

    /** Facts in one piece; the rest follows right after, so that no command waits long. */
    private static final int MAX_STEPS = 40;

    private static final long STEP_PAUSE_MILLIS = 1;

    /** What a message is taken to have while none was seen. */
    private static final long ASSUMED_MESSAGE_BYTES = 16 << 10;

    private final Ledger ledger;
    private final Consuming consuming;
    private final Lives lives;

    Bounds(Ledger ledger, Consuming consuming, Lives lives) {
        this.ledger = ledger;
        this.consuming = consuming;
        this.lives = lives;
    }

    /**
     * How many more messages may be asked of one of a stream's publishers, which may still send so many. Near its bound
     * a queue gives each an equal share of its space, and keeps one share for the next who comes. One that has nothing
     * gets something while there is space, though credit for all of it be given: those who have it may never send.
     */
    long credit(Stream stream, long outstanding) {
        if (!stream.topic) {
            return creditOfQueue(stream, outstanding);
        }
        long least = Long.MAX_VALUE;
        for (Binding binding : stream.bindings) {
            least = Math.min(least, creditOfQueue(binding.queue, outstanding));
        }
        return least;
    }

    private static long creditOfQueue(Stream queue, long outstanding) {
        QueueSettings settings = queue.only().settings;
        if (settings.whenFull() != QueueSettings.WhenFull.BLOCK) {
            return Long.MAX_VALUE;
        }
        long bound = settings.maxMessages();
        long space = bound - queue.depth();
        if (settings.maxBytes() > 0) {
            bound = Math.min(bound, messagesIn(settings.maxBytes(), queue));
            space = Math.min(
                    space, messagesIn(settings.maxBytes() - queue.only().bytes(), queue));
        }
        if (space <= 0) {
            return 0;
        }
        // Whatever the publishers of topics that are bound to it send may be routed there.
        long publishers = queue.publishers.size();
        long given = queue.creditGiven();
        for (Binding feed : queue.feeds) {
            publishers += feed.topic.publishers.size();
            given += feed.topic.creditGiven();
        }
        long share = space / (publishers + 1);
        long free = space - given;
        if (outstanding == 0 && free <= 0 && free + bound > 0) {
            return Math.max(1, Math.min(share, (free + bound) / 2));
        }
        // In large pieces.
        return outstanding > share / 2 ? 0 : Math.min(Math.max(1, share) - outstanding, free);
    }

    /** Whether a stream takes one more message that nobody gave credit for. */
    boolean hasRoom(Stream stream) {
        if (stream.topic || stream.only().settings.whenFull() == QueueSettings.WhenFull.DROP_OLDEST) {
            return true;
        }
        QueueSettings settings = stream.only().settings;
        return stream.depth() < settings.maxMessages()
                && (settings.maxBytes() == 0 || stream.only().bytes() < settings.maxBytes());
    }

    private static long messagesIn(long bytes, Stream stream) {
        if (bytes <= 0) {
            return 0;
        }
        long depth = stream.depth();
        long average =
                depth == 0 ? ASSUMED_MESSAGE_BYTES : Math.max(1, stream.only().bytes() / depth);
        return Math.max(1, bytes / average);
    }

    /**
     * @throws Destinations.Refusal if the stream is too full for a message that comes on credit
     */
    void requireRoom(Stream stream, Message message) {
        if (!stream.topic) {
            QueueSettings settings = stream.only().settings;
            switch (settings.whenFull()) {
                case BLOCK -> requireRoom(stream, OVERSHOOT, 1, 1);
                case REJECT -> requireRoom(stream, 1, 1, message.size());
                case DROP_OLDEST -> {}
            }
        }
    }

    /**
     * @throws Destinations.Refusal if the stream has not got room for that much more, which comes without credit
     */
    void requireRoom(Stream stream, long messages, long bytes) {
        if (!stream.topic && stream.only().settings.whenFull() != QueueSettings.WhenFull.DROP_OLDEST) {
            requireRoom(stream, 1, messages, bytes);
        }
    }

    private static void requireRoom(Stream stream, int overshoot, long messages, long bytes) {
        QueueSettings settings = stream.only().settings;
        long depth = stream.depth();
        if (depth + messages > overshoot * settings.maxMessages()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' is full: " + depth + " messages wait there, maxMessages is "
                            + settings.maxMessages() + ".");
        }
        if (settings.maxBytes() > 0 && stream.only().bytes() + bytes > overshoot * settings.maxBytes()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + stream.name + "' is full: " + stream.only().bytes() + " bytes wait there, maxBytes is "
                            + settings.maxBytes() + ".");
        }
    }

    /** To be called when a message was stored, or the settings changed. */
    void dropExcess(Subscription subscription, long now) {
        if (subscription.settings.whenFull() != QueueSettings.WhenFull.DROP_OLDEST) {
            return;
        }
        int steps = 0;
        LongArrayList oldest = oldestInExcess(subscription);
        while (!oldest.isEmpty() && steps++ < MAX_STEPS) {
            tell(subscription, oldest, now);
            if (subscription.durable) {
                ledger.record(new Fact.Dropped(subscription.id, Fact.Dropped.Reason.FULL, oldest.toLongArray()));
            } else {
                ledger.drop(subscription, oldest.toLongArray());
            }
            oldest = oldestInExcess(subscription);
        }
        if (steps > 0) {
            // What waited behind a message that went may be ready now.
            consuming.dispatch(subscription, now);
        }
        if (!oldest.isEmpty()) {
            ledger.deadlines.set(subscription, now + STEP_PAUSE_MILLIS);
        }
    }

    private void tell(Subscription subscription, LongArrayList offsets, long now) {
        if (lives.areKept()) {
            offsets.forEach(offset -> lives.dropped(
                    subscription, ledger.read(subscription.stream, offset), Fact.Dropped.Reason.FULL, now));
        }
    }

    /** The oldest messages that no consumer has, as many as there are too many; some of them if these are a lot. */
    private static LongArrayList oldestInExcess(Subscription subscription) {
        QueueSettings settings = subscription.settings;
        long messages = subscription.waiting() - settings.maxMessages();
        long bytes = settings.maxBytes() == 0 ? 0 : subscription.waitingBytes() - settings.maxBytes();
        LongArrayList oldest = new LongArrayList(0);
        long offset = -1;
        while ((messages > 0 || bytes > 0) && oldest.size() < MAX_DROPPED_AT_ONCE) {
            offset = subscription.oldestWaiting(offset + 1);
            if (offset < 0) {
                break;
            }
            oldest.add(offset);
            messages--;
            bytes -= subscription.stream.index.bodyLength(offset);
        }
        return oldest;
    }
}
