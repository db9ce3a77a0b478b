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

    /** Begins a transaction. Answered by {@link TransactionLink#begun} or {@link TransactionLink#failed}. */
    record BeginTransaction(TransactionLink link, long tag) implements Command {}

    /**
     * Ends a transaction. Answered by {@link TransactionLink#ended} or {@link TransactionLink#failed}.
     *
     * @param fail true to roll it back, false to commit it
     */
    record EndTransaction(TransactionLink link, long tag, long transaction, boolean fail) implements Command {}

    /** Ends a controller's link: what it has begun and not ended is rolled back. No answer follows. */
    record DetachController(TransactionLink link) implements Command {}

    /** Stores a message when the transaction is committed; answered at once. */
    record PublishInTransaction(Publish publish, long transaction) implements Command {}

    /** Settles deliveries when the transaction is committed; till then they are nobody's. */
    record SettleInTransaction(Settle settle, long transaction) implements Command {}

    /** Opens a consumer's link. Answered by {@link ConsumerLink#attached} or {@link ConsumerLink#refused}. */
    record AttachConsumer(ConsumerLink link, Terminus source, boolean settled, SubscriptionRequest request)
            implements Command {

        /** Asks for nothing beside the address. */
        public AttachConsumer(ConsumerLink link, Terminus source, boolean settled) {
            this(link, source, settled, SubscriptionRequest.NONE);
        }
    }

    /**
     * Sets the credit of a consumer: how many more deliveries it takes from now on, the ones already handed out by
     * {@link ConsumerLink#deliver} not included.
     *
     * @param deliveriesSeen how many deliveries of this link the front had passed on when it computed the credit;
     *     the core takes the ones that were under way at that moment off the credit
     * @param drain which drain of this link it asks for, counted from 1: credit that cannot be used at once is to be
     *     given back ({@link ConsumerLink#drained}); {@link #NO_DRAIN} if it is to stay
     */
    record Flow(ConsumerLink link, int credit, long deliveriesSeen, long drain) implements Command {

        public static final long NO_DRAIN = 0;
    }

    /** Settles deliveries of one consumer. Ids that are not (or no longer) unsettled there are passed over. */
    record Settle(ConsumerLink link, long[] deliveryIds, Outcome outcome) implements Command {}

    /** Asks to be told ({@link ConsumerLink#confirmed}) when all that was settled before on this link is durable. */
    record Confirm(ConsumerLink link) implements Command {}

    /**
     * Ends a consumer's link, however it ended. What it held unsettled counts as a failed attempt.
     *
     * @param deliveriesSeen how many deliveries of this link the front had passed on; the later ones never reached the
     *     consumer, so they come back at once and uncounted
     * @param closed true if the consumer is done with its durable subscription, too, if it has asked for one by name
     */
    record DetachConsumer(ConsumerLink link, long deliveriesSeen, boolean closed) implements Command {

        /** Without a word that the subscription should end. */
        public DetachConsumer(ConsumerLink link, long deliveriesSeen) {
            this(link, deliveriesSeen, false);
        }
    }

    /**
     * Declares queues, and topics with their subscriptions and bindings, by name. What is there already gets the
     * settings given here; a new subscription reads its topic from the oldest message on. The answer fails with a
     * {@link RefusedException}.
     */
    record Declare(Map<String, QueueSettings> queues, Map<String, TopicSettings> topics, CompletableFuture<Void> answer)
            implements Command {}

    /** Asks something of one destination. The answer fails with a {@link RefusedException}. */
    record Administer<T>(AdminRequest<T> request, CompletableFuture<T> answer) implements Command {}

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
