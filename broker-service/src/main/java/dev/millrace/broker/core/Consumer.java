package dev.millrace.broker.core;

/** What the core knows of a consumer's open link. */
final class Consumer {

    final ConsumerLink link;
    final Subscription subscription;
    /** Whether deliveries are done with as soon as they are handed out. */
    final boolean settled;

    int credit;
    int unsettled;
    /** Deliveries handed out on this link so far. */
    long delivered;

    boolean drain;

    Consumer(ConsumerLink link, Subscription subscription, boolean settled) {
        this.link = link;
        this.subscription = subscription;
        this.settled = settled;
    }
}
