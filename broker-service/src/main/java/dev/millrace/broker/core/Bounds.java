package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.List;

/** Keeps subscriptions, and so queues, within their {@code maxMessages} and {@code maxBytes}. */
final class Bounds {

    /**
     * Under {@link QueueSettings.WhenFull#BLOCK} a subscription takes up to this many times its bound: credit that was given
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
     * a subscription gives each an equal share of its space, and keeps one share for the next who comes. One that has
     * nothing gets something while there is space, though credit for all of it be given: those who have it may never send.
     */
    long credit(Stream stream, long outstanding) {
        long least = Long.MAX_VALUE;
        for (Subscription subscription : stream.subscriptions) {
            least = Math.min(least, credit(subscription, outstanding));
        }
        for (Binding binding : stream.bindings) {
            least = Math.min(least, credit(binding.queue.only(), outstanding));
        }
        return least;
    }

    private static long credit(Subscription subscription, long outstanding) {
        QueueSettings settings = subscription.settings;
        if (settings.whenFull() != QueueSettings.WhenFull.BLOCK || !settings.isBounded()) {
            return Long.MAX_VALUE;
        }
        long bound = Long.MAX_VALUE;
        long space = Long.MAX_VALUE;
        if (settings.maxMessages() > 0) {
            bound = settings.maxMessages();
            space = bound - subscription.depth();
        }
        if (settings.maxBytes() > 0) {
            bound = Math.min(bound, messagesIn(settings.maxBytes(), subscription));
            space = Math.min(space, messagesIn(settings.maxBytes() - subscription.bytes(), subscription));
        }
        if (space <= 0) {
            return 0;
        }
        Stream stream = subscription.stream;
        // Whatever the publishers of topics that are bound to it send may be routed there.
        long publishers = stream.publishers.size();
        long given = stream.creditGiven();
        for (Binding feed : stream.feeds) {
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

    private static long messagesIn(long bytes, Subscription subscription) {
        if (bytes <= 0) {
            return 0;
        }
        long depth = subscription.depth();
        long average = depth == 0 ? ASSUMED_MESSAGE_BYTES : Math.max(1, subscription.bytes() / depth);
        return Math.max(1, bytes / average);
    }

    /** Whether a subscription takes one more message that nobody gave credit for. */
    static boolean hasRoom(Subscription subscription) {
        // What is parked goes on only behind a dead letter that comes back, so that one must not wait for it to go.
        int overshoot = subscription.settings.onDeadLetter() == QueueSettings.OnDeadLetter.PARK ? OVERSHOOT : 1;
        return subscription.settings.whenFull() == QueueSettings.WhenFull.DROP_OLDEST
                || hasRoom(subscription, overshoot, 1, 1);
    }

    private static boolean hasRoom(Subscription subscription, int overshoot, long messages, long bytes) {
        QueueSettings settings = subscription.settings;
        return (settings.maxMessages() == 0 || subscription.depth() + messages <= overshoot * settings.maxMessages())
                && (settings.maxBytes() == 0 || subscription.bytes() + bytes <= overshoot * settings.maxBytes());
    }

    /**
     * @throws Destinations.Refusal if a subscription that is to get a message, which comes on credit, is too full for it
     */
    static void requireRoom(Stream stream, Message message, long now) {
        for (int i = 0; i < stream.subscriptions.size(); i++) {
            Subscription subscription = stream.subscriptions.get(i);
            boolean room =
                    switch (subscription.settings.whenFull()) {
                        case BLOCK -> hasRoom(subscription, OVERSHOOT, 1, message.size());
                        case REJECT -> hasRoom(subscription, 1, 1, message.size());
                        case DROP_OLDEST -> true;
                    };
            if (!room && subscription.wants(message, now)) {
                throw full(subscription, message.size());
            }
        }
    }

    /**
     * @param onCredit whether they come on credit
     * @throws Destinations.Refusal if a subscription has not got room for all that it is to get of these messages
     */
    static void requireRoom(Stream stream, List<Message> messages, boolean onCredit, long now) {
        for (Subscription subscription : stream.subscriptions) {
            if (subscription.settings.whenFull() == QueueSettings.WhenFull.DROP_OLDEST) {
                continue;
            }
            List<Message> wanted = messages.stream()
                    .filter(message -> subscription.wants(message, now))
                    .toList();
            long bytes = wanted.stream().mapToLong(Message::size).sum();
            boolean blocks = subscription.settings.whenFull() == QueueSettings.WhenFull.BLOCK;
            int overshoot = onCredit && blocks ? OVERSHOOT : 1;
            if (!wanted.isEmpty() && !hasRoom(subscription, overshoot, wanted.size(), bytes)) {
                throw full(subscription, bytes);
            }
        }
    }

    private static Destinations.Refusal full(Subscription subscription, long bytes) {
        QueueSettings settings = subscription.settings;
        String what = settings.maxBytes() > 0 && subscription.bytes() + bytes > settings.maxBytes()
                ? subscription.bytes() + " bytes wait there, maxBytes is " + settings.maxBytes()
                : subscription.depth() + " messages wait there, maxMessages is " + settings.maxMessages();
        return new Destinations.Refusal(
                BrokerError.Code.RESOURCE_LIMIT_EXCEEDED, "'" + subscription.name + "' is full: " + what + ".");
    }

    /** To be called when a message was stored, or the settings changed. */
    void dropExcess(Subscription subscription, long now) {
        if (subscription.settings.whenFull() != QueueSettings.WhenFull.DROP_OLDEST || subscription.hasToScan()) {
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
        long messages = settings.maxMessages() == 0 ? 0 : subscription.waiting() - settings.maxMessages();
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
