package dev.millrace.broker.core;

/** Changes messages on their way. Used by one thread at a time. */
@FunctionalInterface
public interface MessageEditor {

    /** What came of an edit: the message as it is now, and what is different, for people. */
    record Edited(Message message, String difference) {}

    /**
     * Returns the message with its changes; the original stays as it is.
     *
     * @throws EditRefusedException if this message cannot be changed so
     */
    Edited edit(Message message);

    /** Makes editors; given to the core, which does not know how messages are encoded. */
    @FunctionalInterface
    interface Compiler {

        /** Knows no changes. */
        Compiler NONE = patch -> {
            throw new EditRefusedException("Messages are not changed here.");
        };

        /**
         * @param patch in words of the compiler's own
         * @throws EditRefusedException with what is wrong with it
         */
        MessageEditor compile(String patch);
    }
}
