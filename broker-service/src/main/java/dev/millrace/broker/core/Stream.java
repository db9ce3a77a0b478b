package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An ordered list of messages with dense offsets. A topic is one with any number of subscriptions, a queue with one. */
final class Stream extends Timed {

    final int id;
    final String name;
    final boolean topic;
    final MessageIndex index = new MessageIndex();
    final List<Subscription> subscriptions = new ArrayList<>();
    final List<Publisher> publishers = new ArrayList<>();

    /** Of a topic; a queue keeps what is not settled. */
    RetentionSettings retention;

    /** Bytes of the messages that a topic keeps. */
    private long bytes;

    /** Messages stored since the start of this process. */
    long arrived;

    Stream(int id, String name, boolean topic, RetentionSettings retention) {
        this.id = id;
        this.name = name;
        this.topic = topic;
        this.retention = retention;
    }

    /** The subscription of a queue. */
    Subscription only() {
        return subscriptions.getFirst();
    }

    void add(long position, int bodyLength, Message message) {
        index.add(position, bodyLength, keyOf(message), message.deliverAt());
        bytes += bodyLength;
    }

    /** Whether a message is kept: of a queue if it is not settled, of a topic until retention takes it. */
    boolean needs(long offset) {
        return offset >= index.first() && (topic || !only().settled.contains(offset));
    }

    /** Lets go of everything before an offset. */
    void trimTo(long offset) {
        if (topic) {
            for (long trimmed = index.first(); trimmed < offset; trimmed++) {
                bytes -= index.bodyLength(trimmed);
            }
        }
        index.trimTo(offset);
    }

    /** Messages that are kept. */
    long depth() {
        return topic ? index.next() - index.first() : only().depth();
    }

    /** Bytes of the messages that are kept; of a topic only. */
    long bytes() {
        return bytes;
    }

    /** How many more messages may be asked of publishers. */
    long room() {
        if (topic) {
            return Long.MAX_VALUE;
        }
        long granted = 0;
        for (Publisher publisher : publishers) {
            granted += publisher.outstanding;
        }
        return only().settings.maxMessages() - depth() - granted;
    }

    /**
     * Keys are compared by their hash: two keys that share one are delivered in one common order, which is more order
     * than was asked for and costs four bytes instead of the key.
     */
    private static int keyOf(Message message) {
        if (message.orderingKey() == null) {
            return 0;
        }
        int hash = message.orderingKey().hashCode();
        return hash == 0 ? 1 : hash;
    }

    /** The stream as it is now, to be written by another thread. */
    Image capture() {
        return new Image(id, name, topic, retention, index.capture());
    }

    /** What a snapshot holds of a stream: id (4 bytes), whether it is a topic (1), retention, name; then the index. */
    record Image(int id, String name, boolean topic, RetentionSettings retention, MessageIndex.Image index) {

        void writeTo(SnapshotOutput output) {
            byte[] nameBytes = Fields.utf8(name);
            ByteBuffer target =
                    output.entry(Integer.BYTES + 1 + SettingsCodec.RETENTION_BYTES + Fields.length(nameBytes));
            target.putInt(id).put((byte) (topic ? 1 : 0));
            SettingsCodec.write(target, retention);
            Fields.put(target, nameBytes);
            index.writeTo(output);
        }
    }

    /** Reads what {@link Image#writeTo} wrote. */
    static Stream read(SnapshotInput input) {
        ByteBuffer source = input.entry();
        int id = source.getInt();
        boolean topic = source.get() == 1;
        RetentionSettings retention = SettingsCodec.readRetention(source);
        Stream stream = new Stream(id, Fields.text(source), topic, retention);
        stream.index.restore(input);
        if (topic) {
            for (long offset = stream.index.first(); offset < stream.index.next(); offset++) {
                stream.bytes += stream.index.bodyLength(offset);
            }
        }
        return stream;
    }
}
