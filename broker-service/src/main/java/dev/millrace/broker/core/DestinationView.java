package dev.millrace.broker.core;

/**
 * The state of one queue, topic or subscription at one moment.
 *
 * @param name {@code emails}, {@code orders}, {@code orders::inventory}, {@code emails/$deadletterqueue}
 * @param depth messages not settled (of a topic: messages kept)
 * @param inFlight deliveries that wait for their settlement
 * @param scheduled messages that wait for their time, retries included
 * @param deadLetters messages in its dead-letter queue
 * @param oldestAgeMillis age of the oldest message not settled; 0 if there is none
 * @param arrived messages stored since the broker's start
 * @param settled messages settled since the broker's start
 * @param failed failed attempts since the broker's start
 * @param consumers open links that receive from it
 */
public record DestinationView(
        Kind kind,
        String name,
        long depth,
        long inFlight,
        long scheduled,
        long deadLetters,
        long oldestAgeMillis,
        long arrived,
        long settled,
        long failed,
        int consumers) {

    /** The three kinds of destination. */
    public enum Kind {
        QUEUE,
        TOPIC,
        SUBSCRIPTION
    }
}
