package dev.millrace.broker.core;

import dev.millrace.broker.log.DiskState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Everything that a front can ask of the {@link Broker}. Commands are executed one at a time, in the order in which
 * they were submitted; what comes of them leaves the core as {@link Effect}s.
 */
public sealed interface Command {

    /** Opens a publisher's link. Answered by {@link PublisherLink#attached} or {@link PublisherLink#refused}. */
    record AttachPublisher(PublisherLink link, Terminus target) implements Command {}

    /**
     * Stores one message.
     *
     * @param tag chosen by the front, handed back with the outcome; unused if {@code settled}
     * @param destination the address for this message on an anonymous link; null on every other link
     * @param settled true if the publisher wants no answer (sent pre-settled)
     */
    record Publish(PublisherLink link, long tag, String destination, Message message, boolean settled)
            implements Command {}

    /** Ends a publisher's link. Messages that it had published are stored and stay; no answer follows. */
    record DetachPublisher(PublisherLink link) implements Command {}

    /** Opens a consumer's link. Answered by {@link ConsumerLink#attached} or {@link ConsumerLink#refused}. */
    record AttachConsumer(ConsumerLink link, Terminus source, boolean settled) implements Command {}

    /**
     * Sets the credit of a consumer: how many more deliveries it takes from now on, the ones already handed out by
     * {@link ConsumerLink#deliver} not included.
     *
     * @param deliveriesSeen how many deliveries of this link the front had passed on when it computed the credit;
     *     the core takes the ones that were under way at that moment off the credit
     * @param drain true if credit that cannot be used at once is to be given back ({@link ConsumerLink#drained})
     */
    record Flow(ConsumerLink link, int credit, long deliveriesSeen, boolean drain) implements Command {}

    /** Settles deliveries of one consumer. Ids that are not (or no longer) unsettled there are passed over. */
    record Settle(ConsumerLink link, long[] deliveryIds, Outcome outcome) implements Command {}

    /**
     * Ends a consumer's link, however it ended. What it held unsettled counts as a failed attempt.
     *
     * @param deliveriesSeen how many deliveries of this link the front had passed on; the later ones never reached the
     *     consumer, so they come back at once and uncounted
     */
    record DetachConsumer(ConsumerLink link, long deliveriesSeen) implements Command {}

    /**
     * Declares queues, and topics with their subscriptions, by name. What is there already gets the settings given
     * here; a new subscription reads its topic from the oldest message on. The answer fails with a
     * {@link RefusedException}.
     */
    record Declare(Map<String, QueueSettings> queues, Map<String, TopicSettings> topics, CompletableFuture<Void> answer)
            implements Command {}

    /** Asks for the state of all destinations as of this point in the order of commands. */
    record Describe(CompletableFuture<List<DestinationView>> answer) implements Command {}

    /** Lets time pass: what is due (retries, scheduled messages, expired locks) is acted upon. */
    record Tick() implements Command {}

    /** Says how much room the disk has. Below enough, publishers get no new credit; when it is full, nothing is taken. */
    record ReportDisk(DiskState state) implements Command {}

    /** Asks for a snapshot as of this point in the order of commands. */
    record TakeSnapshot(SnapshotSink sink) implements Command {}

    /** Says that a snapshot is durable: what only older ones needed may go. */
    record UseSnapshot(Snapshot durable) implements Command {}
}
