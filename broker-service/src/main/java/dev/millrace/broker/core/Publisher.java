package dev.millrace.broker.core;

/** What the core knows of a publisher's open link. */
final class Publisher {

    final PublisherLink link;
    /** Null if each message names its destination. */
    final Stream target;

    /** Messages that it may still send. */
    int outstanding;

    Publisher(PublisherLink link, Stream target) {
        this.link = link;
        this.target = target;
    }
}
