package dev.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A thread that serves connections: in each turn it reads what came on them, and then writes what is to be answered. */
final class AmqpLoop implements AutoCloseable {
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** How soon a publisher that waits for consumers looks again. */
    private static final long TURN_MILLIS = 1;

    private final Selector selector;
    private final List<AmqpConnection> connections = new CopyOnWriteArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean closed;
    private long lastHeartbeat = System.nanoTime();

    AmqpLoop(int number) throws IOException {
        selector = Selector.open();
        thread = Thread.ofPlatform().name("amqp-" + number).daemon(true).start(this::run);
    }

    /** Serves an opened connection from now on. */
    void add(AmqpConnection connection) {
        execute(() -> {
            try {
                connection.register(selector);
                connections.add(connection);
            } catch (IOException e) {
                connection.end(e.toString());
            }
        });
    }

    /** Has something done between two turns. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(this::serve, TURN_MILLIS);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                heartbeat();
                for (AmqpConnection connection : connections) {
                    connection.endTurn();
                    guarded(connection, connection::write);
                }
            }
            connections.forEach(AmqpConnection::close);
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(SelectionKey key) {
        if (key.isReadable()) {
            var connection = (AmqpConnection) key.attachment();
            guarded(connection, connection::read);
        }
    }

    private void heartbeat() {
        if (System.nanoTime() - lastHeartbeat > HEARTBEAT_NANOS) {
            lastHeartbeat = System.nanoTime();
            connections.forEach(AmqpConnection::heartbeat);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void guarded(AmqpConnection connection, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            connection.end(e.toString());
        }
    }

    /** Closes the connections in good order; returns when they are closed. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
