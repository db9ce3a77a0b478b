package dev.millrace.broker.core;

/**
 * A consumer's end of the broker, implemented by a front. Its methods are called on the engine's own thread: they
 * must return at once and never block.
 */
public interface ConsumerLink {

    /** Who consumes: the peer's container id. */
    String container();

    /** The link's name, unique within its container. */
    String name();

    /** The link is open. */
    void attached();

    /** The link is open, and what it is attached to. */
    default void attached(Attachment attachment) {
        attached();
    }

    /** The link is not opened. Nothing follows. */
    void refused(BrokerError error);

    /** Hands out one message. It is settled already if the link was attached as settled. */
    void deliver(Delivery delivery);

    /**
     * All credit that was left at a {@link Command.Flow} with drain is given back.
     *
     * @param drain the number that came with that command: what was asked since is not answered by this
     */
    void drained(long drain);

    /** All settlements before the next unanswered {@link Command.Confirm} are durable. */
    default void confirmed() {}

    /** The lock of this delivery ran out: it is no longer this consumer's, a settlement of it will be ignored. */
    void lockExpired(long deliveryId);

    /** The broker ends the link, because its destination is gone. */
    void closed(BrokerError error);
}
