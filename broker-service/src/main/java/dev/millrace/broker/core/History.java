package dev.millrace.broker.core;

/**
 * Where the core tells what happens to each message, so that it can be looked up long after the message is gone. It is
 * for people: nothing that the broker does depends on it, and no fact tells of it. What is told is not on disk yet, so
 * after a crash it may say more than the log by the last batch.
 *
 * <p>Called by the core's thread alone, in the order in which things happen, their times never going back (but for those
 * that are told late). An implementation must return at once: it neither blocks nor throws.
 */
public interface History {

    /** What can happen to a message. The order is that of the codes on disk: new ones go to the end. */
    enum Event {
        STORED("stored"),
        SCHEDULED("scheduled"),
        DELIVERED("delivered"),
        FAILED("failed"),
        DEAD_LETTERED("dead-lettered"),
        REPLAYED("replayed"),
        DISCARDED("discarded"),
        EXPIRED("expired"),
        SETTLED("settled");

        private final String label;

        Event(String label) {
            this.label = label;
        }

        /** The name used in the API. */
        public String label() {
            return label;
        }
    }

    /** Where something happens, through whom and why: what many events have in common. Made by the history. */
    interface Context {}

    /**
     * The texts of a context; null for what there is not.
     *
     * @param destination queue, topic or subscription
     * @param container of the consumer
     * @param link name of the consumer's link
     * @param reason a stable word
     * @param actor who did it, if not the consumer
     * @param detail for people
     */
    record Texts(String destination, String container, String link, String reason, String actor, String detail) {

        /** A destination, and nobody else. */
        public static Texts of(String destination) {
            return new Texts(destination, null, null, null, null, null);
        }
    }

    /**
     * A key for the other calls, of this run only; 0 for null: what has no id has no history.
     *
     * @param messageId in UTF-8
     */
    long keyOf(byte[] messageId);

    /** To be kept where it is used again. */
    Context context(Texts texts);

    /**
     * Takes an event.
     *
     * @param troubled whether its message has failed, died, expired or been replayed: that is kept longer
     * @param key of its message-id; not 0
     * @param at epoch milliseconds
     * @param attempt which attempt at delivering it was, from 1; 0 if it was none
     */
    void add(Event event, boolean troubled, long key, long at, int attempt, Context context);

    /**
     * Takes {@link Event#SCHEDULED}.
     *
     * @param at epoch milliseconds at which the message was stored
     * @param dueAt epoch milliseconds before which it is not delivered
     */
    void addScheduled(long key, long at, long dueAt, Context context);

    /** Keeps nothing. */
    History NONE = new History() {
        @Override
        public long keyOf(byte[] messageId) {
            return 0;
        }

        @Override
        public Context context(Texts texts) {
            return null;
        }

        @Override
        public void add(Event event, boolean troubled, long key, long at, int attempt, Context context) {}

        @Override
        public void addScheduled(long key, long at, long dueAt, Context context) {}
    };
}
