package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.ArrayList;
import java.util.List;

/** An ordered list of messages with dense offsets. A topic is one with any number of subscriptions, a queue with one. */
final class Stream {

    final int id;
    final String name;
    final boolean topic;
    final MessageIndex index = new MessageIndex();
    final List<Subscription> subscriptions = new ArrayList<>();
    final List<Publisher> publishers = new ArrayList<>();

    /** Epoch milliseconds by offset, of the messages that say when they are to be delivered. */
    private final Long2LongOpenHashMap deliverAt = new Long2LongOpenHashMap();

    /** Messages stored since the start of this process. */
    long arrived;

    Stream(int id, String name, boolean topic) {
        this.id = id;
        this.name = name;
        this.topic = topic;
    }

    /** The subscription of a queue. */
    Subscription only() {
        return subscriptions.getFirst();
    }

    void add(long position, int bodyLength, Message message) {
        boolean scheduled = message.deliverAt() > 0;
        if (scheduled) {
            deliverAt.put(index.next(), message.deliverAt());
        }
        index.add(position, bodyLength, keyOf(message), scheduled);
    }

    /** Epoch milliseconds before which the message must not be delivered; 0 for none. */
    long deliverAt(long offset) {
        return index.scheduled(offset) ? deliverAt.get(offset) : 0;
    }

    /** Lets go of what every subscription of a queue is done with. A topic keeps its messages. */
    void trim() {
        if (!topic) {
            long floor = only().settled.floor();
            if (!deliverAt.isEmpty()) {
                for (long offset = index.first(); offset < floor; offset++) {
                    deliverAt.remove(offset);
                }
            }
            index.trimTo(floor);
        }
    }

    /** Messages that are kept: of a queue the ones not settled, of a topic all. */
    long depth() {
        return topic ? index.next() - index.first() : only().depth();
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
}
