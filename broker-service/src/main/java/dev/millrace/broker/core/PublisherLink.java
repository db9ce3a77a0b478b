package dev.millrace.broker.core;

/**
 * A publisher's end of the broker, implemented by a front. Its methods are called when the effect they tell of is
 * durable, on the engine's own thread: they must return at once and never block.
 */
public interface PublisherLink {

    /** Who publishes, for log lines and histories: container and link name. */
    String description();

    /** The link is open; {@code credit} messages may be sent. */
    void attached(int credit);

    /** The link is open; {@code address} is that of a temporary queue or topic that was made for it, else null. */
    default void attached(int credit, String address) {
        attached(credit);
    }

    /** The link is not opened. Nothing follows. */
    void refused(BrokerError error);

    /** {@code credit} more messages may be sent, on top of what was granted before. */
    void granted(int credit);

    /** The message is on disk, synced. */
    void accepted(long tag);

    /** The message is not stored. */
    void rejected(long tag, BrokerError error);

    /** The broker ends the link, because its destination is gone. */
    void closed(BrokerError error);
}
