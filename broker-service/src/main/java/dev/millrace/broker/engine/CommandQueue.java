package dev.millrace.broker.engine;

import dev.millrace.broker.core.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Commands on their way to the core, from any number of threads to one. Not bounded itself: what may be under way is
 * bounded by the credit of publishers and consumers, and fronts hand in one burst at a time.
 */
final class CommandQueue {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private List<Command> incoming = new ArrayList<>();
    private boolean waiting;
    private boolean closed;

    /** Adds a command; drops it if the queue is closed. */
    void offer(Command command) {
        offer(List.of(command));
    }

    /** Adds several commands in order; drops them if the queue is closed. */
    void offer(List<Command> commands) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            incoming.addAll(commands);
            if (waiting) {
                waiting = false;
                filled.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes up to {@code max} commands, waiting for the first one at most {@code timeoutMillis}.
     *
     * @return false once the queue is closed and drained
     */
    boolean take(List<Command> target, int max, long timeoutMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (incoming.isEmpty() && !closed && left > 0) {
                waiting = true;
                left = filled.awaitNanos(left);
            }
            waiting = false;
            if (incoming.size() <= max) {
                List<Command> all = incoming;
                incoming = new ArrayList<>(Math.max(16, all.size()));
                target.addAll(all);
            } else {
                List<Command> head = incoming.subList(0, max);
                target.addAll(head);
                head.clear();
            }
            return !target.isEmpty() || !closed;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }
}
