package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.List;

/** A fact that holds a message: what {@link Stream}s point at. */
sealed interface StoredMessage extends Fact {

    Message message();

    /** The message-id in UTF-8; null if there is none. */
    default byte[] idBytes() {
        return Fields.utf8(message().messageId());
    }

    /** When the broker first took the message, epoch milliseconds. */
    long enqueuedAt();

    /** Where it was given up before, oldest first. */
    List<Death> deaths();

    /** When it was given up the last time, epoch milliseconds; of one that never was, when it came. */
    default long diedAt() {
        return deaths().isEmpty() ? enqueuedAt() : deaths().getLast().at();
    }

    /** How often it was replayed before it came here, this time included. */
    default int replays() {
        return 0;
    }

    /** The only subscription of its topic that it is for; 0 if it is for all. */
    default int onlyFor() {
        return 0;
    }

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
            int streamId = source.getInt();
            long offset = source.getLong();
            long enqueuedAt = source.getLong();
            MessageCodec.Found found = MessageCodec.find(source);
            return new Published(streamId, offset, enqueuedAt, found.message(), found.idBytes(), found.keyBytes());
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
            int replays,
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
            return 3 * Integer.BYTES + 3 * Long.BYTES + DeathCodec.length(deaths) + MessageCodec.length(message);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(subscriptionId).putLong(offset);
            target.putInt(streamId).putLong(streamOffset).putLong(enqueuedAt).putInt(replays);
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
                    source.getInt(),
                    DeathCodec.readAll(source),
                    MessageCodec.read(source));
        }
    }

    /**
     * A dead letter was sent on by a replay: settled in its dead-letter queue and stored in another stream, in one.
     *
     * @param replay number of the replay
     * @param failedBefore dead letters that this replay has left where they are before this one
     * @param deadLettersId of the dead-letter queue's subscription
     * @param deadLetterOffset in the dead-letter queue
     * @param enqueuedAt when it was replayed, epoch milliseconds: ages and times of its new stream count from here
     * @param deaths all so far
     */
    record Replayed(
            int replay,
            long failedBefore,
            int deadLettersId,
            long deadLetterOffset,
            int streamId,
            long offset,
            int onlyFor,
            long enqueuedAt,
            int replays,
            List<Death> deaths,
            Message message)
            implements StoredMessage {
        static final byte TYPE = 50;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 5 * Integer.BYTES + 4 * Long.BYTES + DeathCodec.length(deaths) + MessageCodec.length(message);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(replay).putLong(failedBefore);
            target.putInt(deadLettersId).putLong(deadLetterOffset);
            target.putInt(streamId).putLong(offset).putInt(onlyFor);
            target.putLong(enqueuedAt).putInt(replays);
            DeathCodec.write(target, deaths);
            MessageCodec.write(target, message);
        }

        static Replayed readFrom(ByteBuffer source) {
            return new Replayed(
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    source.getLong(),
                    source.getInt(),
                    DeathCodec.readAll(source),
                    MessageCodec.read(source));
        }
    }

    /** A message was copied to here, so that the segment that held it can be used again. */
    record Moved(
            int streamId, long offset, long enqueuedAt, int replays, int onlyFor, List<Death> deaths, Message message)
            implements StoredMessage {
        static final byte TYPE = 8;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return 3 * Integer.BYTES + 2 * Long.BYTES + DeathCodec.length(deaths) + MessageCodec.length(message);
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(streamId).putLong(offset).putLong(enqueuedAt);
            target.putInt(replays).putInt(onlyFor);
            DeathCodec.write(target, deaths);
            MessageCodec.write(target, message);
        }

        static Moved readFrom(ByteBuffer source) {
            return new Moved(
                    source.getInt(),
                    source.getLong(),
                    source.getLong(),
                    source.getInt(),
                    source.getInt(),
                    DeathCodec.readAll(source),
                    MessageCodec.read(source));
        }
    }

    /**
     * A message that is part of a {@link Grouped}: no fact before its group is. A crash in between leaves it behind as dead bytes.
     */
    record Prepared(StoredMessage fact) implements StoredMessage {
        static final byte TYPE = 30;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public Message message() {
            return fact.message();
        }

        @Override
        public long enqueuedAt() {
            return fact.enqueuedAt();
        }

        @Override
        public List<Death> deaths() {
            return fact.deaths();
        }

        @Override
        public int replays() {
            return fact.replays();
        }

        @Override
        public int onlyFor() {
            return fact.onlyFor();
        }

        @Override
        public int length() {
            return 1 + fact.length();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.put(fact.type());
            fact.writeTo(target);
        }

        static Prepared readFrom(ByteBuffer source) {
            return new Prepared((StoredMessage) Fact.read(source.get(), source));
        }
    }
}
