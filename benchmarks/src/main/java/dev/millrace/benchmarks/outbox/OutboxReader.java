package dev.millrace.benchmarks.outbox;

/** What takes events from an outbox to the broker, as a process of its own. To be used by one thread. */
interface OutboxReader extends AutoCloseable {
    /** Its name in tables. */
    String name();

    /** In one line how it works here. */
    String settings();

    /** Starts it; returns when it is ready. */
    void start() throws InterruptedException;

    /** Has it take no further events; returns when it does so. */
    void pause() throws InterruptedException;

    /** Ends the pause. */
    void resume() throws InterruptedException;

    /** Its process. */
    long pid();

    @Override
    void close();
}
