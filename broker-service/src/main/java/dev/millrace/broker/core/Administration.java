package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;

/** The operators' side: declaring, changing, steering and deleting destinations. */
final class Administration {

    private final Ledger ledger;
    private final Destinations destinations;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Settings settings;
    private final Views views;
    private final DeadLetters deadLetters;
    private final Schemas schemas;
    private final Browsing browsing;
    private final Bindings bindings;

    Administration(
            Ledger ledger,
            Destinations destinations,
            Publishing publishing,
            Consuming consuming,
            Settings settings,
            Views views,
            DeadLetters deadLetters,
            Schemas schemas) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.publishing = publishing;
        this.consuming = consuming;
        this.settings = settings;
        this.views = views;
        this.deadLetters = deadLetters;
        this.schemas = schemas;
        this.browsing = new Browsing(ledger);
        this.bindings = new Bindings(ledger, destinations, publishing);
    }

    <T> void execute(Command.Administer<T> command, long now) {
        try {
            if (command.request() instanceof DeadLetterRequest.Replay replay) {
                deadLetters.replay(replay, command.answer(), now);
                return;
            }
            @SuppressWarnings("unchecked") // each request says itself what it is answered with
            T answer = (T) answer(command.request(), now);
            ledger.let(new Effect.Answered<>(command.answer(), answer));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.Failed<>(command.answer(), refusal.error()));
        }
    }

    /** Declares all that a configuration names. */
    void declare(Command.Declare declare, long now) {
        try {
            destinations.declare(declare.queues(), declare.topics());
            declare.topics().forEach((topic, topicSettings) -> topicSettings
                    .bindings()
                    .forEach((queue, selection) -> bindings.bind(new AdminRequest.Bind(topic, queue, selection))));
            ledger.topology.streams().forEach(stream -> settings.changed(stream, now));
            ledger.let(new Effect.Answered<>(declare.answer(), null));
        } catch (Destinations.Refusal refusal) {
            ledger.let(new Effect.Failed<>(declare.answer(), refusal.error()));
        }
    }

    private Object answer(AdminRequest<?> request, long now) {
        return switch (request) {
            case AdminRequest.DeclareQueue declare -> declare(declare, now);
            case AdminRequest.DeclareTopic declare -> declare(declare, now);
            case AdminRequest.DeclareSubscription declare -> declare(declare, now);
            case AdminRequest.Delete delete -> delete(delete);
            case AdminRequest.SetPaused pause -> pause(pause, now);
            case AdminRequest.Seek seek -> seek(seek, now);
            case AdminRequest.Inspect inspect -> inspect(inspect, now);
            case AdminRequest.Store store -> publishing.store(target(store), store.messages(), now);
            case AdminRequest.Browse browse -> browse(browse, now);
            case AdminRequest.Bind bind -> bindings.bind(bind);
            case AdminRequest.Unbind unbind -> bindings.unbind(unbind);
            case AdminRequest.InspectBinding inspect -> bindings.inspect(inspect);
            case AdminRequest.ListBindings list -> bindings.list(list);
            case SchemaRequest<?> concerning -> schemas.answer(concerning);
            case DeadLetterRequest<?> concerning -> deadLetters.answer(concerning, now);
        };
    }

    private AdminRequest.Declared declare(AdminRequest.DeclareQueue declare, long now) {
        boolean created = ledger.topology.stream(declare.name()) == null;
        Stream stream = destinations.putQueue(declare.name(), declare.settings());
        settings.changed(stream, now);
        return new AdminRequest.Declared(created, views.of(stream.only(), now));
    }

    private AdminRequest.Declared declare(AdminRequest.DeclareTopic declare, long now) {
        boolean created = ledger.topology.stream(declare.name()) == null;
        Stream topic = destinations.putTopic(declare.name(), declare.retention(), declare.duplicateWindowMillis());
        settings.changed(topic, now);
        return new AdminRequest.Declared(created, views.of(topic, now));
    }

    private AdminRequest.Declared declare(AdminRequest.DeclareSubscription declare, long now) {
        Stream topic = destinations.existing(DestinationView.Kind.TOPIC, declare.topic());
        String name = topic.name + Address.SUBSCRIPTION_SEPARATOR + declare.subscription();
        boolean created = ledger.topology.subscription(name) == null;
        Subscription subscription = destinations.putSubscription(
                topic, declare.subscription(), declare.from(), declare.settings(), declare.selection());
        settings.changed(topic, now);
        return new AdminRequest.Declared(created, views.of(subscription, now));
    }

    private Void delete(AdminRequest.Delete delete) {
        BrokerError error = new BrokerError(BrokerError.Code.RESOURCE_DELETED, "'" + delete.name() + "' was deleted.");
        if (delete.name().endsWith(Address.DEAD_LETTER_SUFFIX)) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "'" + delete.name() + "' is not deleted by itself: dead letters go one by one, or with their"
                            + " source.");
        }
        if (delete.kind() == DestinationView.Kind.SUBSCRIPTION) {
            Subscription subscription = destinations.existingSubscription(delete.kind(), delete.name());
            close(subscription, error);
            ledger.record(new SteeringFact.SubscriptionDeleted(subscription.id));
            // It may have kept its topic's publishers from sending.
            publishing.grantAll(subscription.stream);
        } else {
            Stream stream = destinations.existing(delete.kind(), delete.name());
            publishing.close(stream, error);
            List.copyOf(stream.subscriptions).forEach(subscription -> close(subscription, error));
            List<Stream> bound = new ArrayList<>();
            stream.bindings.forEach(binding -> bound.add(binding.queue));
            stream.feeds.forEach(feed -> bound.add(feed.topic));
            ledger.record(new SteeringFact.StreamDeleted(stream.id));
            // It may have kept their publishers from sending.
            bound.forEach(publishing::grantAll);
        }
        return null;
    }

    private void close(Subscription subscription, BrokerError error) {
        consuming.close(subscription, error);
        Subscription deadLetters = ledger.topology.subscription(subscription.name + Address.DEAD_LETTER_SUFFIX);
        if (deadLetters != null) {
            consuming.close(deadLetters, error);
        }
    }

    private DestinationView pause(AdminRequest.SetPaused pause, long now) {
        Subscription subscription = destinations.existingSubscription(pause.kind(), pause.name());
        if (subscription.paused != pause.paused()) {
            ledger.record(new SteeringFact.Paused(subscription.id, pause.paused()));
            consuming.dispatch(subscription, now);
            publishing.grantAll(subscription.stream);
        }
        return views.of(subscription, now);
    }

    private DestinationView seek(AdminRequest.Seek seek, long now) {
        Subscription subscription = destinations.existingSubscription(DestinationView.Kind.SUBSCRIPTION, seek.name());
        long offset = StartOffsets.find(ledger, subscription.stream, seek.to());
        consuming.takeBackAll(subscription);
        ledger.record(new SteeringFact.Sought(subscription.id, offset));
        settings.changed(subscription.stream, now);
        consuming.offerAll(subscription, now);
        return views.of(subscription, now);
    }

    private DestinationView inspect(AdminRequest.Inspect inspect, long now) {
        return inspect.kind() == DestinationView.Kind.TOPIC
                ? views.of(destinations.existing(inspect.kind(), inspect.name()), now)
                : views.of(destinations.existingSubscription(inspect.kind(), inspect.name()), now);
    }

    private Stream target(AdminRequest.Store store) {
        return destinations.target(
                store.name(), store.kind() == DestinationView.Kind.TOPIC ? Terminus.Kind.TOPIC : Terminus.Kind.QUEUE);
    }

    private BrowsedMessage.Page browse(AdminRequest.Browse browse, long now) {
        Stream stream = destinations.existing(browse.kind(), browse.name());
        return browsing.page(stream, StartOffsets.find(ledger, stream, browse.from()), browse.limit(), now);
    }
}
