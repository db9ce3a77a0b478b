package dev.millrace.relay.publish;

/**
 * A message that the broker will never take.
 *
 * @param index of the message in its batch
 * @param condition AMQP error condition or outcome
 */
public record Refusal(int index, String condition, String description) {}
