package dev.millrace.broker.core;

import java.util.List;

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
 * @param earlier the attempts that failed before the last one, oldest first; of many the last ones
 */
public record Death(
        String source,
        String address,
        Reason reason,
        long at,
        int attempts,
        String container,
        String link,
        String error,
        List<FailedAttempt> earlier) {

    public Death {
        earlier = List.copyOf(earlier);
    }

    /** One of which no earlier attempts are known. */
    public Death(
            String source,
            String address,
            Reason reason,
            long at,
            int attempts,
            String container,
            String link,
            String error) {
        this(source, address, reason, at, attempts, container, link, error, List.of());
    }

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
