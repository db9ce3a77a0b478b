package dev.millrace.broker.core;

import java.util.List;

/**
 * What an operator asks about the schemas of a topic.
 *
 * @param <T> the answer
 */
public sealed interface SchemaRequest<T> extends AdminRequest<T> {

    /**
     * From now on messages of this subject have to conform to the schema. One that is there is replaced, if the new one
     * is compatible with it.
     */
    record Declare(String topic, String subject, String schema) implements SchemaRequest<Declared> {}

    /** From now on messages of this subject are not checked. */
    record Remove(String topic, String subject) implements SchemaRequest<Void> {}

    /** Asks for one schema. */
    record Inspect(String topic, String subject) implements SchemaRequest<SchemaView> {}

    /** Asks for all schemas of a topic, by subject. */
    record ListAll(String topic) implements SchemaRequest<List<SchemaView>> {}

    /**
     * What came of a declaration.
     *
     * @param created false if there was one
     */
    record Declared(boolean created, SchemaView view) {}
}
