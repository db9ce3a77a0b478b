package dev.millrace.relay.publish;

import org.apache.qpid.proton.message.Message;

/**
 * One message to send.
 *
 * @param destination the link's target address
 * @param orderingKey messages of one destination with the same key are accepted in the order they were given
 * @param bodyBytes size of the body, to spare the broker what is larger than it announced to take
 */
public record Outgoing(String destination, String orderingKey, Message message, int bodyBytes) {}
