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

    Destinations(Ledger ledger, boolean autoCreate) {
        this.ledger = ledger;
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

    /** The subscription that a consumer's address names; null for a private one of the topic. */
    Subscription source(Terminus source) {
        Address parsed = parse(source.address(), source.kind());
        Subscription subscription;
        if (parsed.subscription() != null) {
            subscription = subscription(parsed);
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
                    ? declareTopic(address.node(), RetentionSettings.DEFAULT)
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

    private Subscription subscription(Address address) {
        Stream stream = ledger.topology.stream(address.node());
        if (stream == null) {
            requireAutoCreate(address.node());
            stream = declareTopic(address.node(), RetentionSettings.DEFAULT);
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
            subscription = declareSubscription(stream, name, stream.index.next(), QueueSettings.DEFAULT);
        }
        return subscription;
    }

    private void requireAutoCreate(String name) {
        if (!autoCreate) {
            throw new Refusal(
                    BrokerError.Code.NOT_FOUND,
                    "'" + name + "' does not exist, and destinations are not created on first use here.");
        }
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

    Stream declareTopic(String name, RetentionSettings retention) {
        Stream known = ledger.topology.stream(name);
        if (known != null) {
            requireKind(known, true);
            if (!known.retention.equals(retention)) {
                ledger.record(new Fact.TopicDeclared(known.id, name, retention));
            }
            return known;
        }
        ledger.record(new Fact.TopicDeclared(ledger.topology.nextStreamId(), name, retention));
        return ledger.topology.stream(name);
    }

    Stream declareQueue(String name, QueueSettings settings) {
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

    private Subscription declareSubscription(Stream topic, String name, long from, QueueSettings settings) {
        Subscription known = ledger.topology.subscription(name);
        if (known == null) {
            ledger.record(new Fact.SubscriptionDeclared(
                    ledger.topology.nextSubscriptionId(), topic.id, name, from, settings));
        } else if (!known.settings.equals(settings)) {
            ledger.record(new Fact.SubscriptionDeclared(known.id, topic.id, name, from, settings));
        }
        return ledger.topology.subscription(name);
    }

    /** A subscription of one consumer from now on, which goes with its link. */
    Subscription privateSubscription(Stream topic) {
        int id = ledger.topology.nextSubscriptionId();
        String name = topic.name + Address.SUBSCRIPTION_SEPARATOR + "$private-" + id;
        ledger.topology.apply(
                new Fact.SubscriptionDeclared(id, topic.id, name, topic.index.next(), QueueSettings.DEFAULT), false);
        return ledger.topology.subscription(name);
    }

    /** Declares all that a configuration names; a subscription that is new reads its topic from the oldest message. */
    void declare(Map<String, QueueSettings> queues, Map<String, TopicSettings> topics) {
        queues.forEach((name, settings) ->
                declareQueue(parse(name, Terminus.Kind.QUEUE).node(), settings));
        topics.forEach((name, settings) -> {
            Stream topic = declareTopic(parse(name, Terminus.Kind.TOPIC).node(), settings.retention());
            settings.subscriptions()
                    .forEach((subscription, queueSettings) -> declareSubscription(
                            topic,
                            topic.name + Address.SUBSCRIPTION_SEPARATOR + subscription,
                            topic.index.first(),
                            queueSettings));
        });
    }
}
