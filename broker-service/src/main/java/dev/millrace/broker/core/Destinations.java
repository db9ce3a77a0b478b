package dev.millrace.broker.core;

import java.util.Map;

/** Finds what an address means, and declares what is not there yet. */
final class Destinations {

    /**
     * Queues, topics and their subscriptions, made by clients or declared. At the bound no address makes another one;
     * dead-letter queues are still made, for a message that is given up has to go somewhere.
     */
    static final int MAX_DESTINATIONS = 10_000;

    private final Ledger ledger;
    private final boolean autoCreate;
    private final MessageFilter.Compiler filters;

    Destinations(Ledger ledger, boolean autoCreate, MessageFilter.Compiler filters) {
        this.ledger = ledger;
        this.filters = filters;
        this.autoCreate = autoCreate;
    }

    /** A refusal on its way to the link that asked. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient BrokerError error;

        Refusal(BrokerError.Code code, String description) {
            super(description, null, false, false);
            error = new BrokerError(code, description);
        }

        BrokerError error() {
            return error;
        }
    }

    /** The queue or topic that a publisher's address names. */
    Stream target(String address, Terminus.Kind kind) {
        Address parsed = parse(address, kind);
        if (parsed.subscription() != null || parsed.deadLetters()) {
            throw new Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "Nothing can be published to '" + address + "': expected the name of a queue or a topic.");
        }
        return node(parsed);
    }

    /**
     * The subscription that a consumer's address names; null for a private one of the topic.
     *
     * @param from where it starts if it is made now
     */
    Subscription source(Terminus source, StartAt from) {
        Address parsed = parse(source.address(), source.kind());
        Subscription subscription;
        if (parsed.subscription() != null) {
            subscription = subscription(parsed, from);
        } else {
            Stream stream = node(parsed);
            if (stream.topic) {
                if (parsed.deadLetters()) {
                    throw new Refusal(
                            BrokerError.Code.NOT_FOUND,
                            "A topic has no dead-letter queue; its subscriptions have ('" + stream.name
                                    + "::subscription" + Address.DEAD_LETTER_SUFFIX + "').");
                }
                return null;
            }
            subscription = stream.only();
        }
        return parsed.deadLetters() ? deadLettersOf(subscription) : subscription;
    }

    /** The topic that a consumer's address names, if {@link #source} said that it names one. */
    Stream topic(Terminus source) {
        return node(parse(source.address(), source.kind()));
    }

    private static Address parse(String address, Terminus.Kind kind) {
        try {
            return Address.parse(address, kind);
        } catch (InvalidAddressException e) {
            throw new Refusal(BrokerError.Code.INVALID_FIELD, e.getMessage());
        }
    }

    private Stream node(Address address) {
        Stream stream = ledger.topology.stream(address.node());
        if (stream == null) {
            requireAutoCreate(address.node());
            return address.kind() == Terminus.Kind.TOPIC
                    ? declareTopic(address.node(), RetentionSettings.DEFAULT, 0)
                    : declareQueue(address.node(), QueueSettings.DEFAULT);
        }
        Terminus.Kind actual = stream.topic ? Terminus.Kind.TOPIC : Terminus.Kind.QUEUE;
        if (address.kind() != Terminus.Kind.ANY && address.kind() != actual) {
            throw new Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "'" + address.node() + "' is a " + actual.name().toLowerCase() + ", not a "
                            + address.kind().name().toLowerCase() + ".");
        }
        return stream;
    }

    private Subscription subscription(Address address, StartAt from) {
        Stream stream = ledger.topology.stream(address.node());
        if (stream == null) {
            requireAutoCreate(address.node());
            stream = declareTopic(address.node(), RetentionSettings.DEFAULT, 0);
        }
        if (!stream.topic) {
            throw new Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "'" + address.node() + "' is a queue; only topics have subscriptions.");
        }
        String name = address.node() + Address.SUBSCRIPTION_SEPARATOR + address.subscription();
        Subscription subscription = ledger.topology.subscription(name);
        if (subscription == null) {
            requireAutoCreate(name);
            subscription = declareSubscription(
                    stream,
                    name,
                    StartOffsets.find(ledger, stream, from),
                    QueueSettings.SUBSCRIPTION_DEFAULT,
                    Selection.ALL);
        }
        return subscription;
    }

    private void requireAutoCreate(String name) {
        if (Address.isTemporary(name)) {
            throw new Refusal(BrokerError.Code.NOT_FOUND, "'" + name + "' was temporary and is gone.");
        }
        if (!autoCreate) {
            throw new Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "'" + name + "' does not exist, and destinations are not created on first use here.");
        }
        requireCapacity(name);
    }

    /**
     * @throws Refusal if nothing more may be made
     */
    void requireCapacity(String name) {
        int known = ledger.topology.streams().size()
                + ledger.topology.subscriptions().size();
        if (known >= MAX_DESTINATIONS) {
            throw new Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + name + "' is not created: there are " + known + " queues, topics and subscriptions already, "
                            + MAX_DESTINATIONS + " are the most.");
        }
    }

    /** The dead-letter queue of a subscription, made now if this is the first time that it is needed. */
    Subscription deadLettersOf(Subscription subscription) {
        String name = subscription.name + Address.DEAD_LETTER_SUFFIX;
        Subscription known = ledger.topology.subscription(name);
        return known != null ? known : declareQueue(name, QueueSettings.DEFAULT).only();
    }

    Stream declareTopic(String name, RetentionSettings retention, long duplicateWindowMillis) {
        Stream known = ledger.topology.stream(name);
        if (known != null) {
            requireKind(known, true);
            if (!known.retention.equals(retention) || known.duplicateWindowMillis() != duplicateWindowMillis) {
                ledger.record(new Fact.TopicDeclared(known.id, name, retention, duplicateWindowMillis));
            }
            return known;
        }
        ledger.record(new Fact.TopicDeclared(ledger.topology.nextStreamId(), name, retention, duplicateWindowMillis));
        return ledger.topology.stream(name);
    }

    Stream declareQueue(String name, QueueSettings settings) {
        requireBound(name, settings);
        Stream known = ledger.topology.stream(name);
        if (known != null) {
            requireKind(known, false);
            if (!known.only().settings.equals(settings)) {
                ledger.record(new Fact.QueueDeclared(known.id, known.only().id, name, settings));
            }
            return known;
        }
        ledger.record(new Fact.QueueDeclared(
                ledger.topology.nextStreamId(), ledger.topology.nextSubscriptionId(), name, settings));
        return ledger.topology.stream(name);
    }

    private static Stream requireKind(Stream stream, boolean topic) {
        if (stream.topic != topic) {
            throw new Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "'" + stream.name + "' is declared as a " + (topic ? "topic" : "queue") + ", but exists as a "
                            + (stream.topic ? "topic" : "queue") + ".");
        }
        return stream;
    }

    /** A subscription with these settings, made now if it is not there. */
    Subscription declareSubscription(
            Stream topic, String name, long from, QueueSettings settings, Selection selection) {
        filterOf(selection);
        Subscription known = ledger.topology.subscription(name);
        if (known == null) {
            ledger.record(new Fact.SubscriptionDeclared(
                    ledger.topology.nextSubscriptionId(), topic.id, name, from, settings, selection));
        } else if (!known.settings.equals(settings) || !known.selection().equals(selection)) {
            ledger.record(new Fact.SubscriptionDeclared(
                    known.id, topic.id, name, known.settled.floor(), settings, selection));
        }
        return ledger.topology.subscription(name);
    }

    /** Null for everything. */
    MessageFilter filterOf(Selection selection) {
        try {
            return selection.isAll() ? null : filters.compile(selection);
        } catch (InvalidSelectionException e) {
            throw new Refusal(BrokerError.Code.INVALID_FIELD, e.getMessage());
        }
    }

    /** A subscription of one consumer, which goes with its link. */
    Subscription privateSubscription(Stream topic, long from, Selection selection) {
        int id = ledger.topology.nextSubscriptionId();
        return volatileSubscription(
                topic, topic.name + Address.SUBSCRIPTION_SEPARATOR + "$private-" + id, from, selection);
    }

    /** A subscription that no fact tells of; it goes with its last consumer. */
    Subscription volatileSubscription(Stream topic, String name, long from, Selection selection) {
        filterOf(selection);
        int id = ledger.topology.nextSubscriptionId();
        ledger.topology.apply(
                new Fact.SubscriptionDeclared(id, topic.id, name, from, QueueSettings.SUBSCRIPTION_DEFAULT, selection),
                false);
        return ledger.topology.subscription(name);
    }

    /** Declares all that a configuration names; a subscription that is new reads its topic from the oldest message. */
    void declare(Map<String, QueueSettings> queues, Map<String, TopicSettings> topics) {
        queues.forEach((name, settings) ->
                declareQueue(parse(name, Terminus.Kind.QUEUE).node(), settings));
        topics.forEach((name, settings) -> {
            Stream topic = declareTopic(
                    parse(name, Terminus.Kind.TOPIC).node(), settings.retention(), settings.duplicateWindowMillis());
            settings.subscriptions().forEach((subscription, queueSettings) -> {
                String full = topic.name + Address.SUBSCRIPTION_SEPARATOR + subscription;
                declareSubscription(
                        topic,
                        full,
                        topic.index.first(),
                        queueSettings,
                        settings.selections().getOrDefault(subscription, Selection.ALL));
            });
        });
    }

    /** A queue with these settings, made now if it is not there. */
    Stream putQueue(String name, QueueSettings settings) {
        if (!isDeadLetterQueue(name)) {
            requireName(name);
            requireCapacityUnlessKnown(name);
        }
        return declareQueue(name, settings);
    }

    private boolean isDeadLetterQueue(String name) {
        return name.endsWith(Address.DEAD_LETTER_SUFFIX) && ledger.topology.stream(name) != null;
    }

    /** A topic with these settings, made now if it is not there. */
    Stream putTopic(String name, RetentionSettings retention, long duplicateWindowMillis) {
        requireName(name);
        requireCapacityUnlessKnown(name);
        return declareTopic(name, retention, duplicateWindowMillis);
    }

    /** A subscription with these settings, made now if it is not there. */
    Subscription putSubscription(
            Stream topic, String subscription, StartAt from, QueueSettings settings, Selection selection) {
        requireName(subscription);
        String name = topic.name + Address.SUBSCRIPTION_SEPARATOR + subscription;
        long offset = 0;
        if (ledger.topology.subscription(name) == null) {
            requireCapacity(name);
            offset = StartOffsets.find(ledger, topic, from);
        }
        return declareSubscription(topic, name, offset, settings, selection);
    }

    private static void requireBound(String name, QueueSettings settings) {
        if (settings.maxMessages() == 0) {
            throw new Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "maxMessages of the queue '" + name + "' must be at least 1, not 0: only subscriptions go without,"
                            + " whose topic has its retention.");
        }
    }

    /** A queue by its plain name; made now if it is not there and destinations are made on first use. */
    Stream namedQueue(String name) {
        requireName(name);
        return target(name, Terminus.Kind.QUEUE);
    }

    private static void requireName(String name) {
        Address address = parse(name, Terminus.Kind.ANY);
        if (!address.node().equals(name) || Address.isTemporary(name)) {
            throw new Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "'" + name + "' is not a name: expected one without '::', '/queues/', '/topics/' and '"
                            + Address.DEAD_LETTER_SUFFIX + "'.");
        }
    }

    private void requireCapacityUnlessKnown(String name) {
        if (ledger.topology.stream(name) == null) {
            requireCapacity(name);
        }
    }

    /** The queue or topic of that full name. */
    Stream existing(DestinationView.Kind kind, String name) {
        Stream stream = ledger.topology.stream(name);
        if (stream == null || stream.isInternal()) {
            throw unknown(kind, name);
        }
        if (stream.topic != (kind == DestinationView.Kind.TOPIC)) {
            throw new Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "There is no " + kind.name().toLowerCase() + " '" + name + "': it is a "
                            + (stream.topic ? "topic" : "queue") + ".");
        }
        return stream;
    }

    /** The subscription of that full name; of a queue its only one. */
    Subscription existingSubscription(DestinationView.Kind kind, String name) {
        if (kind == DestinationView.Kind.QUEUE) {
            return existing(kind, name).only();
        }
        Subscription subscription = ledger.topology.subscription(name);
        if (subscription == null || !subscription.durable || !subscription.stream.topic) {
            throw unknown(kind, name);
        }
        return subscription;
    }

    private static Refusal unknown(DestinationView.Kind kind, String name) {
        return new Refusal(
                BrokerError.Code.NOT_FOUND, "There is no " + kind.name().toLowerCase() + " '" + name + "'.");
    }
}
