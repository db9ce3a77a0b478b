package dev.millrace.broker.core;

/**
 * Handing out where not everybody wants everything: what a subscription's filter does not want is passed over, what a
 * consumer does not want is left to others. Work goes in bounded steps; the next one follows a moment later.
 */
final class Selecting {

    /** Messages that are looked at in one step. */
    private static final int MAX_STEP = 512;

    /** Messages that are made available in one step, without a look. */
    private static final int MAX_HELD_STEP = 4_096;

    private static final long STEP_PAUSE_MILLIS = 1;

    private final Ledger ledger;
    private final Consuming consuming;

    Selecting(Ledger ledger, Consuming consuming) {
        this.ledger = ledger;
        this.consuming = consuming;
    }

    /** Whether there is something to deliver, perhaps, that was not looked at yet. */
    boolean isBehind(Subscription subscription) {
        return subscription.isPassing
                || subscription.hasToScan()
                || (subscription.matchmaker != null && subscription.matchmaker.isBehind());
    }

    /** Gives a consumer its place among the others. */
    static void join(Consumer consumer, Selection wanted, MessageFilter filter) {
        Subscription subscription = consumer.subscription;
        if (subscription.matchmaker == null) {
            if (wanted.isAll()) {
                return;
            }
            subscription.matchmaker = new Matchmaker(subscription.stream);
            subscription.consumers.forEach(other -> other.group = subscription.matchmaker.join(Selection.ALL, null));
        }
        if (!subscription.matchmaker.canJoin(wanted)) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "The consumers of '" + subscription.name + "' have " + Matchmaker.MAX_GROUPS
                            + " different selectors already, which is the most.");
        }
        consumer.group = subscription.matchmaker.join(wanted, filter);
    }

    static void leave(Consumer consumer) {
        if (consumer.group != null) {
            consumer.subscription.matchmaker.leave(consumer.group);
            consumer.group = null;
        }
    }

    /** Passes over what the subscription's filter does not want. */
    void scan(Subscription subscription, long now) {
        if (!subscription.isFiltered()) {
            return;
        }
        for (int i = 0; i < MAX_STEP; i++) {
            long offset = subscription.nextToScan();
            if (offset < 0) {
                return;
            }
            subscription.scan(ledger.read(subscription.stream, offset));
        }
        ledger.deadlines.set(subscription, now + STEP_PAUSE_MILLIS);
    }

    /** Hands out to each consumer in turn what it wants. */
    void dispatch(Subscription subscription, long now) {
        Matchmaker matchmaker = subscription.matchmaker;
        matchmaker.behind(false);
        if (subscription.willing.isEmpty()) {
            return;
        }
        hold(subscription, matchmaker, now);
        int looks = MAX_STEP;
        int withoutSuccess = 0;
        while (withoutSuccess < subscription.willing.size()) {
            Consumer consumer = subscription.willing.remove();
            if (!Consuming.canTake(consumer)) {
                continue;
            }
            long offset = matchmaker.next(consumer.group);
            if (offset < 0 && !matchmaker.isBehind()) {
                // What is done since may have let the next one of its key go.
                hold(subscription, matchmaker, now);
                offset = matchmaker.next(consumer.group);
            }
            if (offset < 0) {
                subscription.willing.add(consumer);
                withoutSuccess++;
            } else if (looks-- == 0) {
                matchmaker.lookAgain(consumer.group, offset);
                subscription.willing.addFirst(consumer);
                matchmaker.behind(true);
                break;
            } else if (look(consumer, offset, now)) {
                withoutSuccess = 0;
                if (Consuming.canTake(consumer)) {
                    subscription.willing.add(consumer);
                }
            } else {
                subscription.willing.addFirst(consumer);
            }
        }
        if (matchmaker.isBehind()) {
            ledger.deadlines.set(subscription, now + STEP_PAUSE_MILLIS);
        }
        if (!matchmaker.isNeeded()) {
            subscription.matchmaker = null;
            subscription.consumers.forEach(consumer -> consumer.group = null);
        }
    }

    private static void hold(Subscription subscription, Matchmaker matchmaker, long now) {
        for (int i = 0; i < MAX_HELD_STEP; i++) {
            long offset = matchmaker.isFull() ? -1 : subscription.next(now);
            if (offset < 0) {
                return;
            }
            matchmaker.hold(offset);
        }
        matchmaker.behind(true);
    }

    /** Looks at one message for one consumer; answers whether it was handed out. */
    private boolean look(Consumer consumer, long offset, long now) {
        Subscription subscription = consumer.subscription;
        StoredMessage stored = ledger.read(subscription.stream, offset);
        if (consuming.passesOver(subscription, offset, stored)
                || consuming.expires(subscription, offset, stored, now)
                || !consumer.group.wants(stored, offset)) {
            return false;
        }
        subscription.matchmaker.forget(offset);
        consuming.hand(consumer, offset, stored, now);
        return true;
    }
}
