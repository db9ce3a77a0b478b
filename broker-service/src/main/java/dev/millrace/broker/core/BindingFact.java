package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** What operators did to the ways from topics into queues. */
sealed interface BindingFact extends Fact {

    /** A topic's messages go into a queue, too, if they are selected. Bound again, others are selected. */
    record Bound(int topicId, int queueId, Selection selection) implements BindingFact {
        static final byte TYPE = 40;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + selection.length();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(topicId).putInt(queueId);
            selection.writeTo(target);
        }

        static Bound readFrom(ByteBuffer source) {
            return new Bound(source.getInt(), source.getInt(), Selection.readFrom(source));
        }
    }

    /** They go there no more; what is there stays. */
    record Unbound(int topicId, int queueId) implements BindingFact {
        static final byte TYPE = 41;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(topicId).putInt(queueId);
        }

        static Unbound readFrom(ByteBuffer source) {
            return new Unbound(source.getInt(), source.getInt());
        }
    }
}
