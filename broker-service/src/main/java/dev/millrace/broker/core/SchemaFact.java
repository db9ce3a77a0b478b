package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/**
 * Messages of a subject have to conform to this schema.
 *
 * @param schema null: they need not, any more
 */
record SchemaFact(int topicId, String subject, String schema) implements Fact {
    static final byte TYPE = 42;

    @Override
    public byte type() {
        return TYPE;
    }

    @Override
    public int length() {
        return Integer.BYTES + Fields.length(Fields.utf8(subject)) + Fields.length(Fields.utf8(schema));
    }

    @Override
    public void writeTo(ByteBuffer target) {
        target.putInt(topicId);
        Fields.put(target, Fields.utf8(subject));
        Fields.put(target, Fields.utf8(schema));
    }

    static SchemaFact readFrom(ByteBuffer source) {
        return new SchemaFact(source.getInt(), Fields.text(source), Fields.text(source));
    }
}
