package dev.millrace.broker.core;

import dev.millrace.broker.log.SnapshotInput;
import dev.millrace.broker.log.SnapshotOutput;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An ordered list of messages with dense offsets. A topic is one with any number of subscriptions, a queue with one. */
final class Stream extends Timed {

    final int id;
    final String name;
    final boolean topic;
    final MessageIndex index = new MessageIndex();
    final List<Subscription> subscriptions = new ArrayList<>();
    final List<Publisher> publishers = new ArrayList<>();
    /** Of a topic: where its messages go besides. */
    final List<Binding> bindings = new ArrayList<>(0);
    /** Of a queue: what brings it the messages of topics. */
    final List<Binding> feeds = new ArrayList<>(0);

    /** What its messages have to look like. */
    final SchemaSet schemas = new SchemaSet();

    /** Of a topic; a queue keeps what is not settled. */
    RetentionSettings retention;

    /** For so long the message-ids that it took are remembered; 0 for not. */
    private long duplicateWindowMillis;

    /** Null if they are not. */
    private DuplicateWindow duplicates;

    /** Bytes of the messages that a topic keeps. */
    private long bytes;
    /** For {@link Lives}; null until it is needed. */
    History.Context context;

    /** Of a dead-letter queue: how many of its messages died of what, by reason. */
    final long[] died = new long[Death.Reason.values().length];

    /** Messages stored since the start of this process. */
    long arrived;

    final Rate arrivals = new Rate();

    Stream(int id, String name, boolean topic, RetentionSettings retention) {
        this.id = id;
        this.name = name;
        this.topic = topic;
        this.retention = retention;
    }

    /** Whether it goes with a link, and no fact tells of it but its messages, which recovery passes over. */
    boolean isTemporary() {
        return id < 0;
    }

    /** Whether it is the broker's own, and nothing that clients or operators see. */
    boolean isInternal() {
        return name.startsWith("$") && !isTemporary();
    }

    /** The subscription of a queue. */
    Subscription only() {
        return subscriptions.getFirst();
    }

    void add(long position, int bodyLength, Message message) {
        index.add(position, bodyLength, keyOf(message), message.deliverAt(), message.priority());
        bytes += bodyLength;
        arrived++;
        for (int i = 0; i < subscriptions.size(); i++) {
            subscriptions.get(i).added(bodyLength);
        }
    }

    /** The binding into the queue of that name; null if there is none. */
    Binding binding(String queueName) {
        for (Binding binding : bindings) {
            if (binding.queue.name.equals(queueName)) {
                return binding;
            }
        }
        return null;
    }

    /** The bindings that the message goes by, which this stream is about to store. */
    List<Binding> routes(Message message, long now) {
        if (bindings.isEmpty()) {
            return List.of();
        }
        List<Binding> routes = new ArrayList<>(bindings.size());
        for (Binding binding : bindings) {
            if (binding.wants(message, now)) {
                routes.add(binding);
            }
        }
        return routes;
    }

    /** Adds a message that died somewhere else. */
    void addDeadLetter(long position, int bodyLength, Message message, Death.Reason reason) {
        add(position, bodyLength, message);
        index.reason(reason);
        died[reason.ordinal()]++;
    }

    /** Notes that a message was settled here; if it was a dead letter, there is one less. */
    void settled(long offset) {
        Death.Reason reason = index.reason(offset);
        if (reason != null) {
            died[reason.ordinal()]--;
        }
    }

    private void countDead() {
        Arrays.fill(died, 0);
        for (long offset = only().settled.floor(); offset < index.next(); offset++) {
            Death.Reason reason = only().settled.contains(offset) ? null : index.reason(offset);
            if (reason != null) {
                died[reason.ordinal()]++;
            }
        }
    }

    /** How many messages its publishers may still send. */
    long creditGiven() {
        long granted = 0;
        for (Publisher publisher : publishers) {
            granted += publisher.outstanding;
        }
        return granted;
    }

    /** Notes that a message was copied to another place in the log. */
    void move(long offset, long position, int bodyLength) {
        int growth = bodyLength - index.bodyLength(offset);
        index.move(offset, position, bodyLength);
        bytes += growth;
        for (Subscription subscription : subscriptions) {
            subscription.grown(offset, growth);
        }
    }

    /** Sets for how long message-ids are remembered, from now on. */
    void duplicateWindowMillis(long millis) {
        duplicateWindowMillis = millis;
        if (millis == 0) {
            duplicates = null;
        } else if (duplicates == null) {
            duplicates = new DuplicateWindow(millis);
        } else {
            duplicates.windowMillis(millis);
        }
    }

    long duplicateWindowMillis() {
        return duplicateWindowMillis;
    }

    /** The message-ids that were taken lately; null if they are not remembered. */
    DuplicateWindow duplicates() {
        return duplicates;
    }

    /** Ends recovery: the counters begin at zero. */
    void open() {
        arrived = 0;
        if (!topic && only().isDeadLetterQueue()) {
            countDead();
        }
        if (duplicates != null) {
            duplicates.open();
        }
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
        return new Image(
                id,
                name,
                topic,
                retention,
                duplicateWindowMillis,
                index.capture(),
                duplicates == null ? null : duplicates.capture());
    }

    /**
     * What a snapshot holds of a stream: id (4 bytes), whether it is a topic (1), retention, duplicate window (8), name;
     * then the index, and the message-ids if there is a window.
     */
    record Image(
            int id,
            String name,
            boolean topic,
            RetentionSettings retention,
            long duplicateWindowMillis,
            MessageIndex.Image index,
            DuplicateWindow.Image duplicates) {

        void writeTo(SnapshotOutput output) {
            byte[] nameBytes = Fields.utf8(name);
            ByteBuffer target = output.entry(
                    Integer.BYTES + 1 + SettingsCodec.RETENTION_BYTES + Long.BYTES + Fields.length(nameBytes));
            target.putInt(id).put((byte) (topic ? 1 : 0));
            SettingsCodec.write(target, retention);
            target.putLong(duplicateWindowMillis);
            Fields.put(target, nameBytes);
            index.writeTo(output);
            if (duplicates != null) {
                duplicates.writeTo(output);
            }
        }
    }

    /** Reads what {@link Image#writeTo} wrote. */
    static Stream read(SnapshotInput input) {
        ByteBuffer source = input.entry();
        int id = source.getInt();
        boolean topic = source.get() == 1;
        RetentionSettings retention = SettingsCodec.readRetention(source);
        long duplicateWindowMillis = source.getLong();
        Stream stream = new Stream(id, Fields.text(source), topic, retention);
        stream.duplicateWindowMillis(duplicateWindowMillis);
        stream.index.restore(input);
        if (stream.duplicates != null) {
            stream.duplicates.restore(input);
        }
        if (topic) {
            for (long offset = stream.index.first(); offset < stream.index.next(); offset++) {
                stream.bytes += stream.index.bodyLength(offset);
            }
        }
        return stream;
    }
}
