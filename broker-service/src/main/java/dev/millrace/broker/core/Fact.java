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
                Fact.Dropped,
                BindingFact,
                Grouped,
                ReplayFact,
                SchemaFact,
                SteeringFact,
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
            case Dropped.TYPE -> Dropped.readFrom(source);
            case SteeringFact.Paused.TYPE -> SteeringFact.Paused.readFrom(source);
            case SteeringFact.Sought.TYPE -> SteeringFact.Sought.readFrom(source);
            case SteeringFact.StreamDeleted.TYPE -> SteeringFact.StreamDeleted.readFrom(source);
            case SteeringFact.SubscriptionDeleted.TYPE -> SteeringFact.SubscriptionDeleted.readFrom(source);
            case BindingFact.Bound.TYPE -> BindingFact.Bound.readFrom(source);
            case BindingFact.Unbound.TYPE -> BindingFact.Unbound.readFrom(source);
            case SchemaFact.TYPE -> SchemaFact.readFrom(source);
            case StoredMessage.Prepared.TYPE -> StoredMessage.Prepared.readFrom(source);
            case Grouped.TYPE -> Grouped.readFrom(source);
            case StoredMessage.Replayed.TYPE -> StoredMessage.Replayed.readFrom(source);
            case ReplayFact.Started.TYPE -> ReplayFact.Started.readFrom(source);
            case ReplayFact.Progressed.TYPE -> ReplayFact.Progressed.readFrom(source);
            case ReplayFact.Steered.TYPE -> ReplayFact.Steered.readFrom(source);
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

    /** A topic exists. Declared again, it has new settings. */
    record TopicDeclared(int streamId, String name, RetentionSettings retention, long duplicateWindowMillis)
            implements Fact {
        static final byte TYPE = 2;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + Fields.length(Fields.utf8(name)) + SettingsCodec.RETENTION_BYTES + Long.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId);
            Fields.put(target, Fields.utf8(name));
            SettingsCodec.write(target, retention);
            target.putLong(duplicateWindowMillis);
        }

        static TopicDeclared readFrom(ByteBuffer source) {
            return new TopicDeclared(
                    source.getInt(), Fields.text(source), SettingsCodec.readRetention(source), source.getLong());
        }
    }

    /**
     * A topic has a subscription, which reads from the offset {@code from} on. Declared again, it has new settings; with
     * another selection it is also done with everything before {@code from}.
     */
    record SubscriptionDeclared(
            int subscriptionId, int streamId, String name, long from, QueueSettings settings, Selection selection)
            implements Fact {
        static final byte TYPE = 3;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES
                    + Fields.length(Fields.utf8(name))
                    + Long.BYTES
                    + SettingsCodec.BYTES
                    + selection.length();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putInt(streamId);
            Fields.put(target, Fields.utf8(name));
            target.putLong(from);
            SettingsCodec.write(target, settings);
            selection.writeTo(target);
        }

        static SubscriptionDeclared readFrom(ByteBuffer source) {
            return new SubscriptionDeclared(
                    source.getInt(),
                    source.getInt(),
                    Fields.text(source),
                    source.getLong(),
                    SettingsCodec.read(source),
                    Selection.readFrom(source));
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
    record AttemptFailed(int subscriptionId, long offset, int failures, long dueAt, FailedAttempt attempt)
            implements Fact {
        static final byte TYPE = 6;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + 2 * Long.BYTES + attempt.length();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset).putInt(failures).putLong(dueAt);
            attempt.writeTo(target);
        }

        static AttemptFailed readFrom(ByteBuffer source) {
            return new AttemptFailed(
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    source.getLong(),
                    FailedAttempt.readFrom(source));
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

    /** The broker let messages go that nobody had settled. */
    record Dropped(int subscriptionId, Reason reason, long[] offsets) implements Fact {
        static final byte TYPE = 20;

        /** Why. */
        enum Reason {
            /** There were too many. */
            FULL,
            /** Dead letters whose time was over. */
            RETENTION,
            /** Dead letters that an operator discarded. */
            DISCARDED
        }

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + 1 + offsets.length * Long.BYTES;
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).put((byte) reason.ordinal()).putInt(offsets.length);
            for (long offset : offsets) {
                target.putLong(offset);
            }
        }

        static Dropped readFrom(ByteBuffer source) {
            int subscriptionId = source.getInt();
            Reason reason = Reason.values()[source.get()];
            long[] offsets = new long[source.getInt()];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = source.getLong();
            }
            return new Dropped(subscriptionId, reason, offsets);
        }
    }
}
