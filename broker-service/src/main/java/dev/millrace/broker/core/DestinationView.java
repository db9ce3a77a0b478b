package dev.millrace.broker.core;

import java.util.List;
import java.util.Map;

/**
 * The state of one queue, topic or subscription at one moment.
 *
 * @param name {@code emails}, {@code orders}, {@code orders::inventory}, {@code emails/$deadletterqueue}
 * @param depth messages not settled (of a topic: messages kept)
 * @param inFlight deliveries that wait for their settlement
 * @param scheduled messages that wait for their time, retries included
 * @param deadLetters messages in its dead-letter queue
 * @param died messages that it gave up on since the broker's start, by reason, zeros included; empty for what has no dead
 *     letters: topics, dead-letter queues
 * @param oldestDeadLetterAgeMillis how long ago the oldest message in its dead-letter queue died; 0 if there is none
 * @param oldestAgeMillis age of the oldest message not settled; 0 if there is none
 * @param lag how far it is behind the end of its stream: offsets from its oldest message not settled on; 0 for a topic
 * @param arrived messages stored since the broker's start
 * @param settled messages settled since the broker's start
 * @param failed failed attempts since the broker's start
 * @param dropped messages that went unsettled because there were too many, since the broker's start
 * @param duplicates messages not stored because their id had come before, since the broker's start
 * @param idsForgotten message-ids forgotten before the window's time was over, since the broker's start
 * @param creditGiven how many messages its publishers may still send; 0 for a subscription
 * @param load how fast messages come and go
 * @param consumers open links that receive from it
 * @param paused whether it delivers nothing for now
 * @param settings null for a topic
 * @param selection which of its topic's messages a subscription wants; null for all other than a subscription
 * @param topicSettings without the subscriptions and bindings; null for all but a topic
 * @param bindings the ways from a topic into queues; empty for all but a topic
 */
public record DestinationView(
        Kind kind,
        String name,
        long depth,
        long inFlight,
        long scheduled,
        long deadLetters,
        Map<Death.Reason, Long> died,
        long oldestDeadLetterAgeMillis,
        long oldestAgeMillis,
        long lag,
        long arrived,
        long settled,
        long failed,
        long dropped,
        long duplicates,
        long idsForgotten,
        long creditGiven,
        Load load,
        int consumers,
        boolean paused,
        QueueSettings settings,
        Selection selection,
        TopicSettings topicSettings,
        List<BindingView> bindings) {

    /** The three kinds of destination. */
    public enum Kind {
        QUEUE,
        TOPIC,
        SUBSCRIPTION
    }
}
