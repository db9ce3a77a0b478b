package dev.millrace.broker.core;

import java.nio.ByteBuffer;

/** How a {@link Message} lies in a record. */
final class MessageCodec {

    private static final int FIXED_BYTES = Integer.BYTES * 2 + 2 + Long.BYTES * 2;

    private MessageCodec() {}

    static int length(Message message) {
        return length(message, Fields.utf8(message.messageId()), Fields.utf8(message.orderingKey()));
    }

    static void write(ByteBuffer target, Message message) {
        write(target, message, Fields.utf8(message.messageId()), Fields.utf8(message.orderingKey()));
    }

    static int length(Message message, byte[] messageId, byte[] orderingKey) {
        return FIXED_BYTES + Fields.length(messageId) + Fields.length(orderingKey) + Fields.length(message.payload());
    }

    static void write(ByteBuffer target, Message message, byte[] messageId, byte[] orderingKey) {
        target.putInt(message.annotationsLength()).putInt(message.annotationsCount());
        target.put((byte) message.priority()).put((byte) (message.durable() ? 1 : 0));
        target.putLong(message.expiresAt()).putLong(message.deliverAt());
        Fields.put(target, messageId);
        Fields.put(target, orderingKey);
        Fields.put(target, message.payload());
    }

    /** A message, and its two texts as they lie in the record: they are not encoded again. */
    record Found(Message message, byte[] idBytes, byte[] keyBytes) {}

    static Message read(ByteBuffer source) {
        return find(source).message();
    }

    static Found find(ByteBuffer source) {
        int annotationsLength = source.getInt();
        int annotationsCount = source.getInt();
        int priority = source.get();
        boolean durable = source.get() == 1;
        long expiresAt = source.getLong();
        long deliverAt = source.getLong();
        byte[] idBytes = Fields.bytes(source);
        byte[] keyBytes = Fields.bytes(source);
        Message message = new Message(
                Fields.bytes(source),
                annotationsLength,
                annotationsCount,
                Fields.text(idBytes),
                Fields.text(keyBytes),
                priority,
                durable,
                expiresAt,
                deliverAt);
        return new Found(message, idBytes, keyBytes);
    }
}
