package dev.millrace.relay.capture;

/**
 * A row that can never be sent.
 *
 * @param condition AMQP error condition, or {@link #MALFORMED}
 */
public record PoisonRow(OutboxRow row, String condition, String error) {
    /** The relay could not make a message of it. */
    public static final String MALFORMED = "malformed-row";
}
