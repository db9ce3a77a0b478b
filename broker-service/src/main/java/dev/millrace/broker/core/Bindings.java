package dev.millrace.broker.core;

import java.util.Comparator;
import java.util.List;

/** The operators' side of bindings: declaring, changing, showing and ending them. */
final class Bindings {

    /**
     * From one topic, and into one queue: a publication costs a look at each of the former, a settlement a look at each
     * of the latter.
     */
    static final int MAX = 100;

    private final Ledger ledger;
    private final Destinations destinations;
    private final Publishing publishing;

    Bindings(Ledger ledger, Destinations destinations, Publishing publishing) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.publishing = publishing;
    }

    /** Takes effect with the next message; the queue is made if it is not there and others would be made, too. */
    AdminRequest.BindingDeclared bind(AdminRequest.Bind bind) {
        Stream topic = topic(bind.topic());
        if (topic.isTemporary()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "'" + topic.name + "' is temporary: expected a topic that stays, to bind a queue to.");
        }
        destinations.filterOf(bind.selection());
        requireFewer(topic.bindings.size(), topic.binding(bind.queue()), "from the topic '" + topic.name + "'");
        Stream queue = destinations.namedQueue(bind.queue());
        Binding known = topic.binding(queue.name);
        requireFewer(queue.feeds.size(), known, "into the queue '" + queue.name + "'");
        if (known == null || !known.selection().equals(bind.selection())) {
            ledger.record(new BindingFact.Bound(topic.id, queue.id, bind.selection()));
        }
        return new AdminRequest.BindingDeclared(
                known == null, topic.binding(queue.name).view());
    }

    private static void requireFewer(int count, Binding known, String where) {
        if (known == null && count >= MAX) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "There are " + count + " bindings " + where + " already, which is the most.");
        }
    }

    Void unbind(AdminRequest.Unbind unbind) {
        Binding binding = existing(unbind.topic(), unbind.queue());
        ledger.record(new BindingFact.Unbound(binding.topic.id, binding.queue.id));
        // The queue's bound may have kept the topic's publishers from sending, and these the queue's own.
        publishing.grantAll(binding.topic);
        publishing.grantAll(binding.queue);
        return null;
    }

    BindingView inspect(AdminRequest.InspectBinding inspect) {
        return existing(inspect.topic(), inspect.queue()).view();
    }

    /** By the names of the queues. */
    List<BindingView> list(AdminRequest.ListBindings list) {
        return topic(list.topic()).bindings.stream()
                .map(Binding::view)
                .sorted(Comparator.comparing(BindingView::queue))
                .toList();
    }

    private Stream topic(String name) {
        return destinations.existing(DestinationView.Kind.TOPIC, name);
    }

    private Binding existing(String topicName, String queueName) {
        Binding binding = topic(topicName).binding(queueName);
        if (binding == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "There is no binding from the topic '" + topicName + "' into a queue '" + queueName + "'.");
        }
        return binding;
    }
}
