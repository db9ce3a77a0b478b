package dev.millrace.relay.capture;

import io.debezium.connector.base.QueueProvider;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * Debezium's queue between its two threads, without the spinning.
 *
 * <p>Debezium waits for a fuller batch in whole milliseconds, and polls the queue in a tight loop for what is left of the
 * last one: at a poll interval of 5 ms that is a fifth of a core per idle source. Here whoever asks an empty queue for
 * its size again at once is put to sleep for a moment.
 *
 * <p>Debezium calls all methods under one lock of its own; the pause holds that lock, so it is short.
 */
public final class PatientQueue<T> implements QueueProvider<T> {
    /** Value of {@code queue.provider.type}. */
    static final String NAME = "patient";

    private static final long PAUSE_NANOS = 200_000;
    /** Asked again within this time is asked in a loop. */
    private static final long AT_ONCE_NANOS = 400_000;

    private final Queue<T> queue = new ArrayDeque<>();
    private Thread producer;
    private long askedNanos;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void configure(Map<String, ?> properties) {
        // The bounds are Debezium's business: it asks for the size before it adds.
    }

    @Override
    public void enqueue(T event) {
        producer = Thread.currentThread();
        queue.add(event);
    }

    @Override
    public T poll() {
        return queue.poll();
    }

    @Override
    public int size() {
        if (queue.isEmpty() && Thread.currentThread() != producer) {
            long now = System.nanoTime();
            if (now - askedNanos < AT_ONCE_NANOS) {
                LockSupport.parkNanos(this, PAUSE_NANOS);
                now = System.nanoTime();
            }
            askedNanos = now;
        }
        return queue.size();
    }
}
