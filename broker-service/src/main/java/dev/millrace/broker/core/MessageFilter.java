package dev.millrace.broker.core;

import java.util.List;

/** A {@link Selection} that can be asked. Used by one thread at a time; must not fail, whatever the message holds. */
public interface MessageFilter {

    /**
     * Whether a message is wanted.
     *
     * @param offset of the message in its queue or topic
     * @param enqueuedAt epoch milliseconds at which the broker took it
     * @param deaths why and where it was dead-lettered, oldest first
     */
    boolean matches(Message message, long offset, long enqueuedAt, List<Death> deaths);

    /** Makes filters; given to the core, which knows neither the language nor how messages are encoded. */
    @FunctionalInterface
    interface Compiler {

        /** Knows no selections. */
        Compiler NONE = selection -> {
            throw new InvalidSelectionException("Selections are not offered here.");
        };

        /**
         * @throws InvalidSelectionException with what is wrong with it
         */
        MessageFilter compile(Selection selection);
    }
}
