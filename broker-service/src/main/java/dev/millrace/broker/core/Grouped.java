package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Facts that happened together: they hold from this record on, or never. Messages among them lie in {@link StoredMessage.Prepared}
 * records right before this one; of these only the order is here.
 *
 * <pre>
 * 4 bytes   number of facts
 * each      1 byte: 0 for the next prepared message, or the fact's type followed by
 *           4 bytes length and the fact's body
 * </pre>
 */
record Grouped(List<Fact> facts) implements Fact {

    static final byte TYPE = 31;

    private static final byte MESSAGE = 0;

    @Override
    public byte type() {
        return TYPE;
    }

    /** How many of the facts are messages. */
    int messages() {
        int count = 0;
        for (Fact fact : facts) {
            count += fact == null || fact instanceof StoredMessage.Prepared ? 1 : 0;
        }
        return count;
    }

    @Override
    public int length() {
        int length = Integer.BYTES;
        for (Fact fact : facts) {
            length += fact instanceof StoredMessage.Prepared ? 1 : 1 + Integer.BYTES + fact.length();
        }
        return length;
    }

    @Override
    public void writeTo(ByteBuffer target) {
        target.putInt(facts.size());
        for (Fact fact : facts) {
            if (fact instanceof StoredMessage.Prepared) {
                target.put(MESSAGE);
            } else {
                target.put(fact.type()).putInt(fact.length());
                fact.writeTo(target);
            }
        }
    }

    /** Reads a group back; null stands for the next prepared message. */
    static Grouped readFrom(ByteBuffer source) {
        int count = source.getInt();
        List<Fact> facts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte type = source.get();
            if (type == MESSAGE) {
                facts.add(null);
            } else {
                int length = source.getInt();
                facts.add(Fact.read(type, source.slice(source.position(), length)));
                source.position(source.position() + length);
            }
        }
        return new Grouped(facts);
    }
}
