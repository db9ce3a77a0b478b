package dev.millrace.broker.amqp;

import java.util.Arrays;

/**
 * What the broker tells the links of one connection, on its way from the engine's thread to the connection's event loop.
 * Two sets of parallel arrays change places, so that a burst costs one wake-up and no allocation. Bounded by the credit of
 * the links: every entry answers a message published or uses a credit given. Thread-safe.
 */
final class Inbox {

    private Batch filling = new Batch();
    private Batch emptying = new Batch();
    private boolean closed;

    /** Adds one signal; it is dropped if the connection is gone. */
    synchronized void add(LinkEnd link, Signal signal, long number, Object detail) {
        if (!closed) {
            filling.add(link, signal, number, detail);
        }
    }

    synchronized void close() {
        closed = true;
        filling = new Batch();
    }

    /** Hands every signal to its link, in order. Called on the event loop only. */
    void drain() {
        Batch batch = swap();
        if (batch != null) {
            batch.deliver();
        }
    }

    private synchronized Batch swap() {
        if (filling.size == 0) {
            return null;
        }
        Batch full = filling;
        filling = emptying;
        emptying = full;
        return full;
    }

    private static final class Batch {

        private LinkEnd[] links = new LinkEnd[64];
        private Signal[] signals = new Signal[64];
        private long[] numbers = new long[64];
        private Object[] details = new Object[64];
        private int size;

        void add(LinkEnd link, Signal signal, long number, Object detail) {
            if (size == links.length) {
                links = Arrays.copyOf(links, size * 2);
                signals = Arrays.copyOf(signals, size * 2);
                numbers = Arrays.copyOf(numbers, size * 2);
                details = Arrays.copyOf(details, size * 2);
            }
            links[size] = link;
            signals[size] = signal;
            numbers[size] = number;
            details[size++] = detail;
        }

        void deliver() {
            try {
                for (int i = 0; i < size; i++) {
                    links[i].on(signals[i], numbers[i], details[i]);
                }
            } finally {
                Arrays.fill(links, 0, size, null);
                Arrays.fill(details, 0, size, null);
                size = 0;
            }
        }
    }
}
