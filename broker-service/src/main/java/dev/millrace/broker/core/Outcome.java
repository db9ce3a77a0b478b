package dev.millrace.broker.core;

/** How a consumer settles a delivery (AMQP 1.0, section 3.4). */
public sealed interface Outcome {

    /** Done: the message never comes back. */
    record Accepted() implements Outcome {}

    /** Not used: back at once, not counted as a failure. */
    record Released() implements Outcome {}

    /**
     * Not used, with a remark.
     *
     * @param failed counted as a failed attempt; the message comes back after the backoff
     * @param undeliverableHere together with {@code failed}: straight to the dead letters
     * @param deliverAt epoch milliseconds at which it is to come back; 0 leaves that to the backoff
     * @param error what the consumer said of it; empty if nothing
     */
    record Modified(boolean failed, boolean undeliverableHere, long deliverAt, String error) implements Outcome {}

    /** Straight to the dead letters. {@code error} is what the consumer said; empty if nothing. */
    record Rejected(String error) implements Outcome {}

    Outcome ACCEPTED = new Accepted();
    Outcome RELEASED = new Released();
}
