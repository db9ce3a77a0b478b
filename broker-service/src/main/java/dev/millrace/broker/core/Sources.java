package dev.millrace.broker.core;

/** Finds, or makes, the subscription that a consumer asks for. */
final class Sources {

    /** Before the names of subscriptions that end with their last consumer; no address can name them. */
    private static final String VOLATILE_PREFIX = "$shared-";

    private final Ledger ledger;
    private final Destinations destinations;
    private final Consuming consuming;
    private final Temporaries temporaries;

    Sources(Ledger ledger, Destinations destinations, Consuming consuming, Temporaries temporaries) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.consuming = consuming;
        this.temporaries = temporaries;
    }

    /**
     * A consumer's subscription, and what of it this consumer wants.
     *
     * @param filter for {@code wanted}; null for everything
     * @param owner whether the subscription ends when the consumer closes its link
     */
    record Found(
            Subscription subscription, Selection wanted, MessageFilter filter, Attachment attachment, boolean owner) {

        /** All that the subscription has. */
        Found(Subscription subscription, Attachment attachment, boolean owner) {
            this(subscription, Selection.ALL, null, attachment, owner);
        }
    }

    /**
     * @throws Destinations.Refusal if the consumer cannot have what it asks for
     */
    Found find(Command.AttachConsumer command, long now) {
        Terminus source = command.source();
        if (source.kind().isTemporary()) {
            return temporary(command);
        }
        return source.address() == null ? byNameAlone(command.request()) : byAddress(command, now);
    }

    private Found temporary(Command.AttachConsumer command) {
        Selection selection = command.request().selection();
        MessageFilter filter = destinations.filterOf(selection);
        Stream stream = temporaries.make(command.link(), command.source().kind());
        Attachment attachment = new Attachment(stream.name, false);
        return stream.topic
                ? new Found(destinations.privateSubscription(stream, stream.index.next(), selection), attachment, false)
                : new Found(stream.only(), selection, filter, attachment, false);
    }

    /** A durable subscription whose topic the consumer does not know (any more); it is looked up to be ended. */
    private Found byNameAlone(SubscriptionRequest request) {
        Subscription found = request.name() == null ? null : elsewhere(request.name(), null);
        if (found == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND, "There is no subscription '" + request.name() + "'.");
        }
        if (!found.consumers.isEmpty()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED, "The subscription '" + found.name + "' has consumers.");
        }
        return new Found(found, new Attachment(found.stream.name, false), true);
    }

    private Found byAddress(Command.AttachConsumer command, long now) {
        SubscriptionRequest request = command.request();
        Terminus source = command.source();
        AddressParameters parameters = AddressParameters.of(source.address());
        Selection selection = both(request.selection(), parameters.subject());
        MessageFilter filter = destinations.filterOf(selection);
        Terminus bare = new Terminus(parameters.address(), source.kind());
        StartAt asked = parameters.from() != null ? parameters.from() : request.from();
        StartAt from = asked == null ? StartAt.LATEST : asked;
        // The address goes before the filter, which is not applied then.
        Attachment placed = new Attachment(source.address(), parameters.from() == null && request.from() != null);
        int nextId = ledger.topology.nextSubscriptionId();
        Subscription subscription = destinations.source(bare, from);
        if (subscription != null) {
            boolean isNew = subscription.stream.topic && subscription.id >= nextId;
            Attachment attachment = isNew ? placed : new Attachment(source.address(), false);
            return new Found(subscription, selection, filter, attachment, false);
        }
        Stream topic = destinations.topic(bare);
        long start = StartOffsets.find(ledger, topic, from);
        if (request.name() == null) {
            return new Found(destinations.privateSubscription(topic, start, selection), placed, false);
        }
        Address.checkName(request.name(), request.name());
        return request.durable() && !topic.isTemporary()
                ? durable(topic, request, selection, start, placed, now)
                : shared(topic, request, selection, start, placed);
    }

    /** A subscription that ends with its last consumer. */
    private Found shared(
            Stream topic, SubscriptionRequest request, Selection selection, long start, Attachment placed) {
        String name = nameOf(topic, VOLATILE_PREFIX + request.name());
        Subscription known = ledger.topology.subscription(name);
        if (known == null) {
            destinations.requireCapacity(name);
            return new Found(destinations.volatileSubscription(topic, name, start, selection), placed, false);
        }
        requireSame(known, selection);
        return new Found(known, new Attachment(placed.address(), false), false);
    }

    private Found durable(
            Stream topic, SubscriptionRequest request, Selection selection, long start, Attachment placed, long now) {
        String name = nameOf(topic, request.name());
        Subscription known = ledger.topology.subscription(name);
        boolean exclusive = request.kind() == SubscriptionRequest.Kind.EXCLUSIVE;
        if (known == null) {
            if (exclusive) {
                leaveOtherTopic(request.name(), topic);
            }
            destinations.requireCapacity(name);
            return new Found(
                    destinations.declareSubscription(topic, name, start, QueueSettings.SUBSCRIPTION_DEFAULT, selection),
                    placed,
                    true);
        }
        if (exclusive) {
            consuming.steal(known, now);
        }
        if (!known.selection().equals(selection)) {
            requireUnused(known);
            restart(known, selection, start);
            return new Found(known, placed, true);
        }
        return new Found(known, new Attachment(placed.address(), false), true);
    }

    /** The same name on another topic: the consumer has moved on. */
    private void leaveOtherTopic(String local, Stream topic) {
        Subscription other = elsewhere(local, topic);
        if (other != null) {
            requireUnused(other);
            consuming.end(other);
        }
    }

    /** Another selection makes another subscription of it, which begins anew; its dead letters stay. */
    private void restart(Subscription known, Selection selection, long start) {
        ledger.record(new SteeringFact.Sought(known.id, start));
        consuming.goOnSoon(known.stream);
        destinations.declareSubscription(known.stream, known.name, start, known.settings, selection);
    }

    private static void requireSame(Subscription known, Selection selection) {
        if (!known.selection().equals(selection)) {
            throw new Destinations.Refusal(
                    BrokerError.Code.PRECONDITION_FAILED,
                    "The subscription '" + known.name + "' is in use with another selector.");
        }
    }

    private static void requireUnused(Subscription known) {
        if (!known.consumers.isEmpty()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.PRECONDITION_FAILED,
                    "The subscription '" + known.name + "' is in use, and would have to change.");
        }
    }

    /** A durable subscription of that name on any topic but one; null if there is none, or more than one. */
    private Subscription elsewhere(String local, Stream except) {
        Subscription found = null;
        for (Subscription subscription : ledger.topology.subscriptions()) {
            if (subscription.durable
                    && subscription.stream.topic
                    && subscription.stream != except
                    && subscription.name.equals(nameOf(subscription.stream, local))) {
                if (found != null) {
                    return null;
                }
                found = subscription;
            }
        }
        return found;
    }

    private static String nameOf(Stream topic, String local) {
        return topic.name + Address.SUBSCRIPTION_SEPARATOR + local;
    }

    private static Selection both(Selection selection, String subject) {
        return subject == null ? selection : new Selection(selection.selector(), subject);
    }
}
