package dev.millrace.stack.process;

import java.time.Duration;

/**
 * A part that runs as a process of its own and can be started again after it ended. Implementations allow one caller at
 * a time to start and stop; {@link #process()} may be read by anyone.
 */
public interface ManagedProcess {
    /** Its name in messages and log lines. */
    String name();

    /**
     * Launches it and returns without waiting for readiness.
     *
     * @throws StartFailure if it cannot be launched
     * @throws IllegalStateException if it runs already
     */
    void start();

    /**
     * Waits until it can do its work.
     *
     * @throws StartFailure if it dies meanwhile, or is not ready within the limit
     * @throws InterruptedException if this thread is interrupted
     */
    void awaitReady(Duration limit) throws InterruptedException;

    /** Stops it in good order, or kills it when it takes too long; does nothing if it does not run. */
    void stop();

    /** SIGKILL, as a crash would; does nothing if it does not run. */
    void kill();

    /** The newest process, running or ended; null before the first start. */
    ChildProcess process();

    /** Whether it runs now. */
    default boolean isAlive() {
        ChildProcess current = process();
        return current != null && current.isAlive();
    }
}
