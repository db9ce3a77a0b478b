package dev.millrace.broker.core;

import java.util.Map;
import java.util.TreeMap;

/** What the messages of one topic have to look like, by subject. */
final class SchemaSet {

    private Map<String, String> schemas = Map.of();
    /** Null while there is no schema. */
    private MessageCheck check;

    /** By subject, in its order. */
    Map<String, String> all() {
        return schemas;
    }

    /** What is wrong with a message; null if nothing is. */
    String violation(Message message) {
        return check == null ? null : check.violation(message);
    }

    /**
     * Takes a schema in place of the one of that subject, if there is one; null to have none.
     *
     * @throws InvalidSchemaException if it is none; then nothing has changed
     */
    void put(String subject, String schema, MessageCheck.Compiler compiler) {
        Map<String, String> changed = with(subject, schema);
        check = changed.isEmpty() ? null : compiler.compile(changed);
        schemas = changed;
    }

    private Map<String, String> with(String subject, String schema) {
        Map<String, String> changed = new TreeMap<>(schemas);
        if (schema == null) {
            changed.remove(subject);
        } else {
            changed.put(subject, schema);
        }
        return changed;
    }
}
