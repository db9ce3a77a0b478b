package dev.millrace.broker.core;

import dev.millrace.broker.log.LogCorruptException;
import dev.millrace.broker.log.RecordBody;
import java.nio.ByteBuffer;

/**
 * What the log holds: everything that has durably happened. The broker's state is a function of the facts in their
 * order; each is one record, so each happens wholly or not at all.
 */
sealed interface Fact extends RecordBody
        permits Fact.QueueDeclared,
                Fact.TopicDeclared,
                Fact.SubscriptionDeclared,
                Fact.Settled,
                Fact.AttemptFailed,
                Fact.Trimmed,
                StoredMessage {

    /** Reads a fact back. */
    static Fact read(byte type, ByteBuffer source) {
        return switch (type) {
            case QueueDeclared.TYPE -> QueueDeclared.readFrom(source);
            case TopicDeclared.TYPE -> TopicDeclared.readFrom(source);
            case SubscriptionDeclared.TYPE -> SubscriptionDeclared.readFrom(source);
            case StoredMessage.Published.TYPE -> StoredMessage.Published.readFrom(source);
            case Settled.TYPE -> Settled.readFrom(source);
            case AttemptFailed.TYPE -> AttemptFailed.readFrom(source);
            case StoredMessage.DeadLettered.TYPE -> StoredMessage.DeadLettered.readFrom(source);
            case StoredMessage.Moved.TYPE -> StoredMessage.Moved.readFrom(source);
            case Trimmed.TYPE -> Trimmed.readFrom(source);
            default ->
                throw new LogCorruptException("The log holds a record of type " + type
                        + ", which this version does not know; it was written by a newer one.");
        };
    }

    /** A queue exists: a stream and its only subscription. Declared again, it has new settings. */
    record QueueDeclared(int streamId, int subscriptionId, String name, QueueSettings settings) implements Fact {
        static final byte TYPE = 1;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + Fields.length(Fields.utf8(name)) + SettingsCodec.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId).putInt(subscriptionId);
            Fields.put(target, Fields.utf8(name));
            SettingsCodec.write(target, settings);
        }

        static QueueDeclared readFrom(ByteBuffer source) {
            return new QueueDeclared(source.getInt(), source.getInt(), Fields.text(source), SettingsCodec.read(source));
        }
    }

    /** A topic exists. Declared again, it has a new retention. */
    record TopicDeclared(int streamId, String name, RetentionSettings retention) implements Fact {
        static final byte TYPE = 2;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + Fields.length(Fields.utf8(name)) + SettingsCodec.RETENTION_BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId);
            Fields.put(target, Fields.utf8(name));
            SettingsCodec.write(target, retention);
        }

        static TopicDeclared readFrom(ByteBuffer source) {
            return new TopicDeclared(source.getInt(), Fields.text(source), SettingsCodec.readRetention(source));
        }
    }

    /** A topic has a subscription, which reads from the offset {@code from} on. */
    record SubscriptionDeclared(int subscriptionId, int streamId, String name, long from, QueueSettings settings)
            implements Fact {
        static final byte TYPE = 3;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + Fields.length(Fields.utf8(name)) + Long.BYTES + SettingsCodec.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putInt(streamId);
            Fields.put(target, Fields.utf8(name));
            target.putLong(from);
            SettingsCodec.write(target, settings);
        }

        static SubscriptionDeclared readFrom(ByteBuffer source) {
            return new SubscriptionDeclared(
                    source.getInt(),
                    source.getInt(),
                    Fields.text(source),
                    source.getLong(),
                    SettingsCodec.read(source));
        }
    }

    /** A subscription is done with these messages. */
    record Settled(int subscriptionId, long[] offsets) implements Fact {
        static final byte TYPE = 5;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + offsets.length * Long.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putInt(offsets.length);
            for (long offset : offsets) {
                target.putLong(offset);
            }
        }

        static Settled readFrom(ByteBuffer source) {
            int subscriptionId = source.getInt();
            long[] offsets = new long[source.getInt()];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = source.getLong();
            }
            return new Settled(subscriptionId, offsets);
        }
    }

    /** An attempt at delivering failed; the message comes back at {@code dueAt} (epoch milliseconds). */
    record AttemptFailed(int subscriptionId, long offset, int failures, long dueAt) implements Fact {
        static final byte TYPE = 6;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + 2 * Long.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset).putInt(failures).putLong(dueAt);
        }

        static AttemptFailed readFrom(ByteBuffer source) {
            return new AttemptFailed(source.getInt(), source.getLong(), source.getInt(), source.getLong());
        }
    }

    /** Retention took the messages of a topic before this offset. */
    record Trimmed(int streamId, long first) implements Fact {
        static final byte TYPE = 9;

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
            target.putInt(streamId).putLong(first);
        }

        static Trimmed readFrom(ByteBuffer source) {
            return new Trimmed(source.getInt(), source.getLong());
        }
    }
}
