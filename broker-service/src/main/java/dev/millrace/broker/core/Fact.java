package dev.millrace.broker.core;

import dev.millrace.broker.log.LogCorruptException;
import dev.millrace.broker.log.RecordBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the log holds: everything that has durably happened. The broker's state is a function of the facts in their
 * order; each is one record, so each happens wholly or not at all.
 */
sealed interface Fact extends RecordBody {

    /** A stored message: the facts that {@link Stream}s point at. */
    sealed interface Stored extends Fact {
        Message message();

        /** Epoch milliseconds. */
        long enqueuedAt();

        List<Death> deaths();
    }

    /** Reads a fact back. */
    static Fact read(byte type, ByteBuffer source) {
        return switch (type) {
            case QueueDeclared.TYPE -> QueueDeclared.readFrom(source);
            case TopicDeclared.TYPE -> TopicDeclared.readFrom(source);
            case SubscriptionDeclared.TYPE -> SubscriptionDeclared.readFrom(source);
            case MessageStored.TYPE -> MessageStored.readFrom(source);
            case Settled.TYPE -> Settled.readFrom(source);
            case AttemptFailed.TYPE -> AttemptFailed.readFrom(source);
            case DeadLettered.TYPE -> DeadLettered.readFrom(source);
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

    /** A topic exists. */
    record TopicDeclared(int streamId, String name) implements Fact {
        static final byte TYPE = 2;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + Fields.length(Fields.utf8(name));
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId);
            Fields.put(target, Fields.utf8(name));
        }

        static TopicDeclared readFrom(ByteBuffer source) {
            return new TopicDeclared(source.getInt(), Fields.text(source));
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

    /** A stream has one more message. */
    record MessageStored(int streamId, long offset, long enqueuedAt, Message message, byte[] idBytes, byte[] keyBytes)
            implements Stored {
        static final byte TYPE = 4;

        MessageStored(int streamId, long offset, long enqueuedAt, Message message) {
            this(
                    streamId,
                    offset,
                    enqueuedAt,
                    message,
                    Fields.utf8(message.messageId()),
                    Fields.utf8(message.orderingKey()));
        }

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public List<Death> deaths() {
            return List.of();
        }

        @Override
        public int length() {
            return Integer.BYTES + 2 * Long.BYTES + MessageCodec.length(message, idBytes, keyBytes);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId).putLong(offset).putLong(enqueuedAt);
            MessageCodec.write(target, message, idBytes, keyBytes);
        }

        static MessageStored readFrom(ByteBuffer source) {
            return new MessageStored(source.getInt(), source.getLong(), source.getLong(), MessageCodec.read(source));
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

    /**
     * A subscription gave up on a message: settled there and stored in the stream of its dead-letter queue, in one.
     *
     * @param enqueuedAt when the broker first took the message, epoch milliseconds
     * @param deaths all of them, this one last
     */
    record DeadLettered(
            int subscriptionId,
            long offset,
            int streamId,
            long streamOffset,
            long enqueuedAt,
            List<Death> deaths,
            Message message)
            implements Stored {
        static final byte TYPE = 7;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            int length = 3 * Integer.BYTES + 3 * Long.BYTES;
            for (Death death : deaths) {
                length += DeathCodec.length(death);
            }
            return length
                    + MessageCodec.length(
                            message, Fields.utf8(message.messageId()), Fields.utf8(message.orderingKey()));
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset);
            target.putInt(streamId).putLong(streamOffset).putLong(enqueuedAt);
            target.putInt(deaths.size());
            deaths.forEach(death -> DeathCodec.write(target, death));
            MessageCodec.write(target, message, Fields.utf8(message.messageId()), Fields.utf8(message.orderingKey()));
        }

        static DeadLettered readFrom(ByteBuffer source) {
            int subscriptionId = source.getInt();
            long offset = source.getLong();
            int streamId = source.getInt();
            long streamOffset = source.getLong();
            long enqueuedAt = source.getLong();
            int count = source.getInt();
            List<Death> deaths = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                deaths.add(DeathCodec.read(source));
            }
            return new DeadLettered(
                    subscriptionId,
                    offset,
                    streamId,
                    streamOffset,
                    enqueuedAt,
                    List.copyOf(deaths),
                    MessageCodec.read(source));
        }
    }
}
