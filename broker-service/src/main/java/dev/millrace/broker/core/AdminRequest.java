package dev.millrace.broker.core;

import java.util.List;

/**
 * What an operator asks of one destination. Names are full ones: {@code emails}, {@code orders},
 * {@code orders::inventory}, {@code emails/$deadletterqueue}.
 *
 * @param <T> the answer
 */
public sealed interface AdminRequest<T>
        permits AdminRequest.DeclareQueue,
                AdminRequest.DeclareTopic,
                AdminRequest.DeclareSubscription,
                AdminRequest.Delete,
                AdminRequest.SetPaused,
                AdminRequest.Seek,
                AdminRequest.Inspect,
                AdminRequest.Store,
                AdminRequest.Browse,
                AdminRequest.Bind,
                AdminRequest.Unbind,
                AdminRequest.InspectBinding,
                AdminRequest.ListBindings,
                DeadLetterRequest,
                SchemaRequest {

    /** Declares a queue, or changes its settings. */
    record DeclareQueue(String name, QueueSettings settings) implements AdminRequest<Declared> {}

    /** Declares a topic, or changes its settings. Its subscriptions stay as they are. */
    record DeclareTopic(String name, RetentionSettings retention, long duplicateWindowMillis)
            implements AdminRequest<Declared> {}

    /**
     * Declares a subscription, or changes its settings.
     *
     * @param from where it starts if it is new
     */
    record DeclareSubscription(
            String topic, String subscription, StartAt from, QueueSettings settings, Selection selection)
            implements AdminRequest<Declared> {

        /** One that wants every message. */
        public DeclareSubscription(String topic, String subscription, StartAt from, QueueSettings settings) {
            this(topic, subscription, from, settings, Selection.ALL);
        }
    }

    /** Deletes a destination with its messages and its dead letters; open links to it are closed. */
    record Delete(DestinationView.Kind kind, String name) implements AdminRequest<Void> {}

    /** Stops or restarts the delivery of a queue or subscription. */
    record SetPaused(DestinationView.Kind kind, String name, boolean paused) implements AdminRequest<DestinationView> {}

    /** Lets a subscription read its topic anew from somewhere. Deliveries under way are taken from their consumers. */
    record Seek(String name, StartAt to) implements AdminRequest<DestinationView> {}

    /** Asks for the state of one destination. */
    record Inspect(DestinationView.Kind kind, String name) implements AdminRequest<DestinationView> {}

    /**
     * Stores messages, all of them or none. Messages whose ids came before within the duplicate window count as stored.
     * An unknown queue or topic is made if the broker makes them for other publishers.
     */
    record Store(DestinationView.Kind kind, String name, List<Message> messages)
            implements AdminRequest<List<Receipt>> {}

    /** Looks at messages of a queue or topic, at most {@code limit} of them. */
    record Browse(DestinationView.Kind kind, String name, StartAt from, int limit)
            implements AdminRequest<BrowsedMessage.Page> {}

    /** Lets a topic's messages that are selected go into a queue, too; of a binding that is there, selects others. */
    record Bind(String topic, String queue, Selection selection) implements AdminRequest<BindingDeclared> {}

    /** Ends a binding. The queue keeps what it has. */
    record Unbind(String topic, String queue) implements AdminRequest<Void> {}

    /** Asks for one binding. */
    record InspectBinding(String topic, String queue) implements AdminRequest<BindingView> {}

    /** Asks for all bindings of a topic, by the names of the queues. */
    record ListBindings(String topic) implements AdminRequest<List<BindingView>> {}

    /**
     * What came of a declaration.
     *
     * @param created false if it existed
     */
    record BindingDeclared(boolean created, BindingView view) {}

    /**
     * Where a message was stored.
     *
     * @param messageId null if it has none
     */
    record Receipt(String messageId, long offset) {}

    /**
     * What came of a declaration.
     *
     * @param created false if it existed
     */
    record Declared(boolean created, DestinationView view) {}
}
