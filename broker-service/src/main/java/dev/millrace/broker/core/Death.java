package dev.millrace.broker.core;

/**
 * One dead-lettering of a message.
 *
 * @param source the queue ({@code emails}) or subscription ({@code orders::inventory}) that gave up on it
 * @param address the queue or topic that it had been published to
 * @param at epoch milliseconds
 * @param attempts how many attempts at delivering it had failed, the last one included
 * @param container of the last consumer; empty if there was none
 * @param link name of the last consumer's link; empty if there was none
 * @param error what the last consumer said, or what the broker saw; never null
 */
public record Death(
        String source,
        String address,
        Reason reason,
        long at,
        int attempts,
        String container,
        String link,
        String error) {

    /** Why a message is dead-lettered; {@link #label} is its public name. */
    public enum Reason {
        REJECTED("rejected"),
        ATTEMPTS_EXHAUSTED("attempts-exhausted"),
        EXPIRED("expired"),
        UNDELIVERABLE("undeliverable");

        private final String label;

        Reason(String label) {
            this.label = label;
        }

        /** The name used in annotations, API and metrics. */
        public String label() {
            return label;
        }
    }
}
