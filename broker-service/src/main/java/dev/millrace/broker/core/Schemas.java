package dev.millrace.broker.core;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The operators' side of schemas: declaring, replacing, showing and ending them. */
final class Schemas {

    /** Of one topic. */
    static final int MAX = 100;

    /** As UTF-8; with its subject it fits the smallest log segment. */
    static final int MAX_BYTES = 24 << 10;

    private final Ledger ledger;
    private final Destinations destinations;
    private final MessageCheck.Compiler compiler;

    Schemas(Ledger ledger, Destinations destinations, MessageCheck.Compiler compiler) {
        this.ledger = ledger;
        this.destinations = destinations;
        this.compiler = compiler;
    }

    Object answer(SchemaRequest<?> request) {
        return switch (request) {
            case SchemaRequest.Declare declare -> declare(declare);
            case SchemaRequest.Remove remove -> remove(remove);
            case SchemaRequest.Inspect inspect -> existing(topic(inspect.topic()), inspect.subject());
            case SchemaRequest.ListAll list -> all(topic(list.topic()));
        };
    }

    /** Takes effect with the next message; what is stored already is not looked at. */
    private SchemaRequest.Declared declare(SchemaRequest.Declare declare) {
        Stream topic = topic(declare.topic());
        String known = topic.schemas.all().get(declare.subject());
        requireBounds(topic, declare, known);
        try {
            new SchemaSet().put(declare.subject(), declare.schema(), compiler);
        } catch (InvalidSchemaException e) {
            throw new Destinations.Refusal(BrokerError.Code.INVALID_FIELD, e.getMessage());
        }
        String incompatibility = known == null ? null : compiler.incompatibility(known, declare.schema());
        if (incompatibility != null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED,
                    "The schema of '" + declare.subject() + "' in '" + topic.name + "' cannot be replaced by this one: "
                            + incompatibility + ". Declare another subject, or delete it first.");
        }
        if (!declare.schema().equals(known)) {
            ledger.record(new SchemaFact(topic.id, declare.subject(), declare.schema()));
        }
        return new SchemaRequest.Declared(known == null, existing(topic, declare.subject()));
    }

    private static void requireBounds(Stream topic, SchemaRequest.Declare declare, String known) {
        String subject = declare.subject();
        if (subject.isBlank() || subject.length() > Address.MAX_NAME_LENGTH) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD,
                    "A subject has 1 to " + Address.MAX_NAME_LENGTH + " characters, not " + subject.length() + ".");
        }
        int bytes = declare.schema().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD, "A schema has at most " + MAX_BYTES + " bytes, not " + bytes + ".");
        }
        if (known == null && topic.schemas.all().size() >= MAX) {
            throw new Destinations.Refusal(
                    BrokerError.Code.RESOURCE_LIMIT_EXCEEDED,
                    "'" + topic.name + "' has " + MAX + " schemas already, which is the most.");
        }
    }

    private Void remove(SchemaRequest.Remove remove) {
        Stream topic = topic(remove.topic());
        existing(topic, remove.subject());
        ledger.record(new SchemaFact(topic.id, remove.subject(), null));
        return null;
    }

    private static SchemaView existing(Stream topic, String subject) {
        String schema = topic.schemas.all().get(subject);
        if (schema == null) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_FOUND, "'" + topic.name + "' has no schema for '" + subject + "'.");
        }
        return new SchemaView(topic.name, subject, schema);
    }

    private static List<SchemaView> all(Stream topic) {
        return topic.schemas.all().entrySet().stream()
                .map(schema -> new SchemaView(topic.name, schema.getKey(), schema.getValue()))
                .toList();
    }

    /** One that stays. */
    private Stream topic(String name) {
        Stream topic = destinations.existing(DestinationView.Kind.TOPIC, name);
        if (topic.isTemporary()) {
            throw new Destinations.Refusal(
                    BrokerError.Code.NOT_ALLOWED, "'" + topic.name + "' is temporary: expected a topic that stays.");
        }
        return topic;
    }
}
