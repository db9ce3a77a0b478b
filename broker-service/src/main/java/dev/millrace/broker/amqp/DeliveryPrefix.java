package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Death;
import dev.millrace.broker.core.Delivery;
import dev.millrace.broker.core.Message;
import java.util.List;

/**
 * Encodes what goes in front of a stored message when it is delivered: header, and the map of message annotations up to
 * the publisher's own entries, with which the stored payload begins. The payload follows as it is. Reused, not
 * thread-safe.
 */
final class DeliveryPrefix {

    private static final int MAP_HEADER = 9;

    private final ByteWriter out = new ByteWriter(256);
    private final AmqpReader in = new AmqpReader();

    /** Encodes the prefix; answers the payload to put behind it. */
    byte[] encode(Delivery delivery, boolean settled, long now) {
        Message message = delivery.message();
        out.clear();
        header(delivery, now);
        int mapAt = out.length() + 3;
        out.descriptor(Descriptor.MESSAGE_ANNOTATIONS)
                .put(TypeCode.MAP_32)
                .putInt(0)
                .putInt(0);
        int count = annotations(delivery, settled);
        byte[] payload = message.payload();
        int kept = message.annotationsLength();
        int keptCount = message.annotationsCount();
        if ((!delivery.deaths().isEmpty() || delivery.replays() > 0) && kept > 0) {
            Stripped stripped = withoutOldDeaths(message);
            payload = stripped.payload;
            kept = stripped.length;
            keptCount = stripped.count;
        }
        out.setInt(mapAt + 1, out.length() - mapAt - MAP_HEADER + 4 + kept);
        out.setInt(mapAt + 5, count + keptCount);
        return payload;
    }

    byte[] bytes() {
        return out.bytes();
    }

    int length() {
        return out.length();
    }

    private void header(Delivery delivery, long now) {
        Message message = delivery.message();
        out.descriptor(Descriptor.HEADER).put(TypeCode.LIST_8).put(0).put(5);
        int start = out.length();
        out.bool(message.durable());
        out.put(TypeCode.UBYTE).put(message.priority());
        if (message.expiresAt() > 0) {
            out.uint((int) Math.clamp(message.expiresAt() - now, 1L, 0xffffffffL));
        } else {
            out.put(TypeCode.NULL);
        }
        out.bool(delivery.failures() == 0);
        out.uint(delivery.failures());
        out.set(start - 2, out.length() - start + 1);
    }

    private int annotations(Delivery delivery, boolean settled) {
        int count = 4;
        out.put(AnnotationKey.OFFSET.encoded()).ulong(delivery.offset());
        out.put(AnnotationKey.ENQUEUED_TIME.encoded()).timestamp(delivery.enqueuedAt());
        if (!settled && delivery.lockedUntil() > 0) {
            out.put(AnnotationKey.LOCKED_UNTIL.encoded()).timestamp(delivery.lockedUntil());
            count += 2;
        }
        if (delivery.replays() > 0) {
            out.put(AnnotationKey.REPLAY_COUNT.encoded()).uint(delivery.replays());
            count += 2;
        }
        if (!delivery.deaths().isEmpty()) {
            deaths(delivery.deaths());
            count += 10;
        }
        return count;
    }

    /** All hops, oldest first, and the last one once more in the words that other brokers use. */
    private void deaths(List<Death> deaths) {
        Death last = deaths.getLast();
        out.put(AnnotationKey.DEATHS.encoded());
        int list = out.beginCompound(TypeCode.LIST_32);
        for (Death death : deaths) {
            death(death);
        }
        out.endCompound(list, deaths.size());
        out.put(AnnotationKey.ORIGINAL_ADDRESS.encoded()).string(last.address());
        out.put(AnnotationKey.ORIGINAL_QUEUE.encoded()).string(last.source());
        out.put(AnnotationKey.DEAD_LETTER_REASON.encoded()).string(last.reason().label());
        out.put(AnnotationKey.DEAD_LETTER_DESCRIPTION.encoded()).string(last.error());
    }

    private void death(Death death) {
        int map = out.beginCompound(TypeCode.MAP_32);
        out.string("source").string(death.source());
        out.string("address").string(death.address());
        out.string("reason").string(death.reason().label());
        out.string("count").put(TypeCode.INT).putInt(death.attempts());
        out.string("time").timestamp(death.at());
        out.string("container").string(death.container());
        out.string("link").string(death.link());
        out.string("last-error").string(death.error());
        out.endCompound(map, 16);
    }

    private record Stripped(byte[] payload, int length, int count) {}

    /** A dead letter that was forwarded by a client may carry older entries of the broker's keys: the new ones win. */
    private Stripped withoutOldDeaths(Message message) {
        byte[] bytes = message.payload();
        ByteWriter kept = new ByteWriter(bytes.length);
        int count = 0;
        in.over(bytes, 0, message.annotationsLength());
        while (in.hasRemaining()) {
            int start = in.position();
            AnnotationKey key = AnnotationKey.read(in);
            in.skip();
            if (key == null || !key.writtenForDeadLetters()) {
                kept.put(bytes, start, in.position() - start);
                count += 2;
            }
        }
        int length = kept.length();
        kept.put(bytes, message.annotationsLength(), bytes.length - message.annotationsLength());
        return new Stripped(kept.toArray(), length, count);
    }
}
