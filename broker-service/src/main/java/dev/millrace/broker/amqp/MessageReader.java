package dev.millrace.broker.amqp;

import dev.millrace.broker.core.Message;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * Takes an encoded message apart (AMQP 1.0, part 3, section 3.2): header and annotations are read, the bare message and
 * the footer are kept as they came, the body is never decoded. Reused, not thread-safe.
 */
final class MessageReader {

    private final AmqpReader in = new AmqpReader();
    private final IntArrayList dropped = new IntArrayList();

    private boolean durable;
    private int priority;
    private long ttl;
    private int entriesStart;
    private int entriesEnd;
    private int entriesCount;
    private long deliverAt;
    private long delay;
    private String partitionKey;
    private String messageId;
    private String to;
    private String groupId;
    private long absoluteExpiry;

    /**
     * Reads one message.
     *
     * @param now epoch milliseconds, from which ttl and delay count
     * @throws MalformedDataException if these bytes are no message
     */
    Message read(byte[] bytes, int from, int end, long now) {
        reset();
        in.over(bytes, from, end);
        int bareStart = readSections(end);
        return new Message(
                payload(bytes, bareStart, end),
                keptEntries(),
                entriesCount,
                messageId,
                groupId != null ? groupId : partitionKey,
                priority,
                durable,
                expiresAt(now),
                deliverAt > 0 ? deliverAt : delay > 0 ? saturatedSum(now, delay) : 0);
    }

    /** The address in the properties of the message read last; null if there is none. */
    String to() {
        return to;
    }

    private void reset() {
        durable = false;
        priority = Message.NORMAL_PRIORITY;
        ttl = 0;
        entriesStart = 0;
        entriesEnd = 0;
        entriesCount = 0;
        dropped.clear();
        deliverAt = 0;
        delay = 0;
        partitionKey = null;
        messageId = null;
        to = null;
        groupId = null;
        absoluteExpiry = 0;
    }

    /** Sections come in the order of their codes; only body sections may repeat. Answers where the bare message starts. */
    private int readSections(int end) {
        int bareStart = end;
        int previous = 0;
        while (in.hasRemaining()) {
            int start = in.position();
            int section = in.readDescriptor();
            boolean repeatable = section == Descriptor.DATA || section == Descriptor.AMQP_SEQUENCE;
            if (section < Descriptor.HEADER
                    || section > Descriptor.FOOTER
                    || section < previous
                    || (section == previous && !repeatable)) {
                throw new MalformedDataException("section 0x" + Integer.toHexString(section) + " out of place");
            }
            if (section >= Descriptor.PROPERTIES && bareStart == end) {
                bareStart = start;
            }
            readSection(section);
            previous = section;
        }
        if (previous == 0) {
            throw new MalformedDataException("an empty message");
        }
        return bareStart;
    }

    private void readSection(int section) {
        switch (section) {
            case Descriptor.HEADER -> readHeader();
            case Descriptor.MESSAGE_ANNOTATIONS -> readAnnotations();
            case Descriptor.PROPERTIES -> readProperties();
            default -> in.skip();
        }
    }

    private void readHeader() {
        int count = in.beginList();
        int end = in.compoundEnd();
        if (count > 0) {
            durable = in.readBoolean(false);
        }
        if (count > 1) {
            priority = (int) Math.clamp(in.readUnsigned(Message.NORMAL_PRIORITY), 0L, 9L);
        }
        if (count > 2) {
            ttl = in.readUnsigned(0);
        }
        in.leave(end);
    }

    private void readAnnotations() {
        if (in.skipNull()) {
            return;
        }
        entriesCount = in.beginMap();
        int end = in.compoundEnd();
        entriesStart = in.position();
        entriesEnd = end;
        for (int i = entriesCount; i > 0; i -= 2) {
            int start = in.position();
            AnnotationKey key = AnnotationKey.read(in);
            if (key == null) {
                in.skip();
            } else {
                readAnnotation(key, start);
            }
        }
        if (in.position() != end) {
            throw new MalformedDataException("message annotations that do not fill their map");
        }
    }

    private void readAnnotation(AnnotationKey key, int start) {
        switch (key) {
            case DELIVERY_TIME, SCHEDULED_ENQUEUE_TIME -> deliverAt = in.readWhole(0);
            case DELIVERY_DELAY -> delay = in.readWhole(0);
            case PARTITION_KEY -> partitionKey = in.readTextOrNull();
            default -> in.skip();
        }
        if (key.writtenAtEveryDelivery()) {
            entriesCount -= 2;
            dropped.add(start);
            dropped.add(in.position());
        }
    }

    private void readProperties() {
        int count = in.beginList();
        int end = in.compoundEnd();
        for (int field = 0; field < count; field++) {
            if (!in.skipNull()) {
                readProperty(field);
            }
        }
        in.leave(end);
    }

    private void readProperty(int field) {
        switch (field) {
            case 0 -> messageId = MessageIdText.read(in);
            case 2 -> to = in.readText();
            case 8 -> absoluteExpiry = in.readWhole(0);
            case 10 -> groupId = in.readText();
            default -> in.skip();
        }
    }

    private int keptEntries() {
        int kept = entriesEnd - entriesStart;
        for (int i = 0; i < dropped.size(); i += 2) {
            kept -= dropped.getInt(i + 1) - dropped.getInt(i);
        }
        return kept;
    }

    private byte[] payload(byte[] bytes, int bareStart, int end) {
        byte[] payload = new byte[keptEntries() + end - bareStart];
        int at = 0;
        int from = entriesStart;
        for (int i = 0; i < dropped.size(); i += 2) {
            at = append(bytes, from, dropped.getInt(i), payload, at);
            from = dropped.getInt(i + 1);
        }
        at = append(bytes, from, entriesEnd, payload, at);
        append(bytes, bareStart, end, payload, at);
        return payload;
    }

    private static int append(byte[] source, int from, int to, byte[] target, int at) {
        System.arraycopy(source, from, target, at, to - from);
        return at + to - from;
    }

    /** The earlier of the two, if a publisher gives both: a message is never delivered late. */
    private long expiresAt(long now) {
        long byTtl = ttl > 0 ? now + ttl : 0;
        if (absoluteExpiry <= 0) {
            return byTtl;
        }
        return byTtl == 0 ? absoluteExpiry : Math.min(byTtl, absoluteExpiry);
    }

    private static long saturatedSum(long now, long delay) {
        return delay > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delay;
    }
}
