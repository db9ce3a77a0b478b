package dev.millrace.broker.core;

/**
 * One message as it is stored: what the broker has to know of it, and its bytes, which the core never looks into.
 * Immutable; the arrays must not be changed.
 *
 * @param payload first the encoded entries of the message annotations (without the map around them), then the bare
 *     message and the footer exactly as they came
 * @param annotationsLength how many bytes of the payload are annotation entries
 * @param annotationsCount how many keys and values these are (twice the number of entries)
 * @param messageId the message id as text; null if there is none
 * @param orderingKey messages of equal key are delivered one at a time and in order; null for no order
 * @param priority 0 (lowest) to 9; 4 is normal
 * @param durable whether the publisher asked for durability (kept for the header only: all are stored alike)
 * @param expiresAt epoch milliseconds; 0 for never
 * @param deliverAt epoch milliseconds before which it is not delivered; 0 for at once
 */
public record Message(
        byte[] payload,
        int annotationsLength,
        int annotationsCount,
        String messageId,
        String orderingKey,
        int priority,
        boolean durable,
        long expiresAt,
        long deliverAt) {

    /** Header priority where none is given (AMQP 1.0, section 3.2.1). */
    public static final int NORMAL_PRIORITY = 4;

    /** How many priorities there are; one that is higher counts as the highest. */
    static final int PRIORITIES = 10;

    /** Bytes that count against size bounds. */
    public int size() {
        return payload.length;
    }
}
