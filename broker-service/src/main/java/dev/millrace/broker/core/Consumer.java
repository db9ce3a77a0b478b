package dev.millrace.broker.core;

/** What the core knows of a consumer's open link. */
final class Consumer {

    final ConsumerLink link;
    final Subscription subscription;
    /** Whether deliveries are done with as soon as they are handed out. */
    final boolean settled;

    /** What this one wants of a subscription that others share; null if all consumers take whatever there is. */
    Matchmaker.Group group;

    /** Whether its subscription ends when it closes its link. */
    boolean owner;

    int credit;
    int unsettled;
    /** Deliveries handed out on this link so far. */
    long delivered;

    /** Epoch milliseconds; 0 if it has settled nothing yet. */
    long lastSettledAt;

    /** The drain that is not answered yet; {@link Command.Flow#NO_DRAIN} if there is none. */
    long drain;

    /** For {@link Lives}; null until it is needed. */
    History.Context context;

    Consumer(ConsumerLink link, Subscription subscription, boolean settled) {
        this.link = link;
        this.subscription = subscription;
        this.settled = settled;
    }
}
