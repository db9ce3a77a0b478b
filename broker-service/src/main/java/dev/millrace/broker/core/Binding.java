package dev.millrace.broker.core;

import java.util.List;

/**
 * Where a topic's messages go besides its subscriptions: all of them, or those that are selected, into a queue. There
 * is one at most between a topic and a queue, so a message comes once.
 */
final class Binding {

    final Stream topic;
    final Stream queue;
    private Selection selection = Selection.ALL;
    /** Null for everything. */
    private MessageFilter filter;
    /** Messages that took this way since the start of this process. */
    long routed;

    Binding(Stream topic, Stream queue) {
        this.topic = topic;
        this.queue = queue;
    }

    /** Takes a selection, for what comes from now on. */
    void select(Selection newSelection, MessageFilter.Compiler filters) {
        selection = newSelection;
        filter = newSelection.isAll() ? null : filters.compile(newSelection);
    }

    Selection selection() {
        return selection;
    }

    /** Whether the message that the topic is about to store goes this way. */
    boolean wants(Message message, long now) {
        return filter == null || filter.matches(message, topic.index.next(), now, List.of());
    }

    BindingFact.Bound fact() {
        return new BindingFact.Bound(topic.id, queue.id, selection);
    }

    BindingView view() {
        return new BindingView(topic.name, queue.name, selection, routed);
    }
}
