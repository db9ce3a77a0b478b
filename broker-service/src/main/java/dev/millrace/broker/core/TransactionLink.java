package dev.millrace.broker.core;

/**
 * A transaction controller's end of the broker, implemented by a front. Its methods are called when the effect they tell
 * of is durable, on the engine's own thread: they must return at once and never block.
 */
public interface TransactionLink {

    /** A transaction is open; {@code transaction} names it from now on. */
    void begun(long tag, long transaction);

    /** It is committed, or rolled back as asked. */
    void ended(long tag);

    /** It is not begun, or rolled back though it was to be committed. */
    void failed(long tag, BrokerError error);
}
