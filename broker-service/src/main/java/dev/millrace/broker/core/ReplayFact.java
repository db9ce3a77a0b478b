package dev.millrace.broker.core;

import java.nio.ByteBuffer;
import java.util.UUID;

/** What happened to replays as a whole; the messages that one sends on are {@link StoredMessage.Replayed}. */
sealed interface ReplayFact extends Fact {

    /**
     * A replay exists.
     *
     * @param number its name in records
     * @param end dead letters from this offset on are later ones, and stay
     */
    record Started(int number, UUID id, long at, long end, ReplayRequest request) implements ReplayFact {
        static final byte TYPE = 51;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + 4 * Long.BYTES + request.length();
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(number).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
            target.putLong(at).putLong(end);
            request.writeTo(target);
        }

        static Started readFrom(ByteBuffer source) {
            return new Started(
                    source.getInt(),
                    new UUID(source.getLong(), source.getLong()),
                    source.getLong(),
                    source.getLong(),
                    ReplayRequest.readFrom(source));
        }
    }

    /**
     * A replay has counted what it is to send on, or has left some where they are.
     *
     * @param selected how many it is to send on
     * @param failed how many of them it has left where they are
     * @param cursor it has looked at all dead letters before this offset
     * @param lastError null if nothing went wrong
     */
    record Progressed(int number, long selected, long failed, long cursor, String lastError) implements ReplayFact {
        static final byte TYPE = 52;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + 3 * Long.BYTES + Fields.length(Fields.utf8(lastError));
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(number).putLong(selected).putLong(failed).putLong(cursor);
            Fields.put(target, Fields.utf8(lastError));
        }

        static Progressed readFrom(ByteBuffer source) {
            return new Progressed(
                    source.getInt(), source.getLong(), source.getLong(), source.getLong(), Fields.text(source));
        }
    }

    /**
     * A replay was paused, goes on, or has ended.
     *
     * @param at epoch milliseconds
     * @param error why it failed; null for what was said last
     */
    record Steered(int number, ReplayView.State state, long at, String error) implements ReplayFact {
        static final byte TYPE = 53;

        @Override
        public byte type() {
            return TYPE;
        }

        @Override
        public int length() {
            return Integer.BYTES + 1 + Long.BYTES + Fields.length(Fields.utf8(error));
        }

        @Override
        public void writeTo(ByteBuffer target) {
            target.putInt(number).put((byte) state.ordinal()).putLong(at);
            Fields.put(target, Fields.utf8(error));
        }

        static Steered readFrom(ByteBuffer source) {
            return new Steered(
                    source.getInt(), ReplayView.State.values()[source.get()], source.getLong(), Fields.text(source));
        }
    }
}
