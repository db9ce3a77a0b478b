package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** What operators did to destinations that exist. */
sealed interface SteeringFact extends Fact {

    /** A queue or subscription delivers nothing more, or delivers again. */
    record Paused(int subscriptionId, boolean paused) implements SteeringFact {
        static final byte TYPE = 21;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + 1;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).put((byte) (paused ? 1 : 0));
        }

        static Paused readFrom(ByteBuffer source) {
            return new Paused(source.getInt(), source.get() == 1);
        }
    }

    /** A subscription reads its topic anew from an offset on; all it knew of single messages is forgotten. */
    record Sought(int subscriptionId, long offset) implements SteeringFact {
        static final byte TYPE = 22;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + Long.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset);
        }

        static Sought readFrom(ByteBuffer source) {
            return new Sought(source.getInt(), source.getLong());
        }
    }

    /** A queue or topic is gone with its messages, its subscriptions and their dead letters. */
    record StreamDeleted(int streamId) implements SteeringFact {
        static final byte TYPE = 23;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId);
        }

        static StreamDeleted readFrom(ByteBuffer source) {
            return new StreamDeleted(source.getInt());
        }
    }

    /** A topic's subscription is gone with its dead letters. */
    record SubscriptionDeleted(int subscriptionId) implements SteeringFact {
        static final byte TYPE = 24;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId);
        }

        static SubscriptionDeleted readFrom(ByteBuffer source) {
            return new SubscriptionDeleted(source.getInt());
        }
    }
}
