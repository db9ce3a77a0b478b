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

    static Message read(ByteBuffer source) {
        int annotationsLength = source.getInt();
        int annotationsCount = source.getInt();
        int priority = source.get();
        boolean durable = source.get() == 1;
        long expiresAt = source.getLong();
        long deliverAt = source.getLong();
        String messageId = Fields.text(source);
        String orderingKey = Fields.text(source);
        return new Message(
                Fields.bytes(source),
                annotationsLength,
                annotationsCount,
                messageId,
                orderingKey,
                priority,
                durable,
                expiresAt,
                deliverAt);
    }
}
