package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.List;

/** A fact that holds a message: what {@link Stream}s point at. */
sealed interface StoredMessage extends Fact {

    Message message();

    /** When the broker first took the message, epoch milliseconds. */
    long enqueuedAt();

    /** Where it was given up before, oldest first. */
    List<Death> deaths();

    /** A stream has one more message. */
    record Published(int streamId, long offset, long enqueuedAt, Message message, byte[] idBytes, byte[] keyBytes)
            implements StoredMessage {
        static final byte TYPE = 4;

        Published(int streamId, long offset, long enqueuedAt, Message message) {
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

        static Published readFrom(ByteBuffer source) {
            return new Published(source.getInt(), source.getLong(), source.getLong(), MessageCodec.read(source));
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
            implements StoredMessage {
        static final byte TYPE = 7;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 2 * Integer.BYTES + 3 * Long.BYTES + DeathCodec.length(deaths) + MessageCodec.length(message);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset);
            target.putInt(streamId).putLong(streamOffset).putLong(enqueuedAt);
            DeathCodec.write(target, deaths);
            MessageCodec.write(target, message);
        }

        static DeadLettered readFrom(ByteBuffer source) {
            return new DeadLettered(
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    source.getLong(),
                    source.getLong(),
                    DeathCodec.readAll(source),
                    MessageCodec.read(source));
        }
    }

    /** A message was copied to here, so that the segment that held it can be used again. */
    record Moved(int streamId, long offset, long enqueuedAt, List<Death> deaths, Message message)
            implements StoredMessage {
        static final byte TYPE = 8;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + 2 * Long.BYTES + DeathCodec.length(deaths) + MessageCodec.length(message);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId).putLong(offset).putLong(enqueuedAt);
            DeathCodec.write(target, deaths);
            MessageCodec.write(target, message);
        }

        static Moved readFrom(ByteBuffer source) {
            return new Moved(
                    source.getInt(),
                    source.getLong(),
                    source.getLong(),
                    DeathCodec.readAll(source),
                    MessageCodec.read(source));
        }
    }
}
