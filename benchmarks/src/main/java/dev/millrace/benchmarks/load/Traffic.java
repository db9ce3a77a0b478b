package dev.millrace.benchmarks.load;

import java.time.Duration;

/**
 * The clients of one load, connected to one broker. Consumers receive from the beginning; publishers send between
 * {@link #publish} and {@link #pause}. To be used by one thread.
 */
public interface Traffic extends AutoCloseable {
    /** How long a broker may take for the answers that are missing. */
    Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    /** Starts to publish as fast as the bounds of the workload allow (closed loop). */
    void publish();

    /**
     * Starts to publish on a schedule, whatever becomes of what was sent before (open loop).
     *
     * @param perSecond messages per second of all publishers together
     */
    void publish(double perSecond);

    /**
     * Stops publishing and waits until everything that was sent is answered; consumers take what is left.
     *
     * @throws dev.millrace.benchmarks.MeasurementFailure if answers are missing after {@link #ANSWER_LIMIT}
     */
    void pause() throws InterruptedException;

    /** Disconnects. */
    @Override
    void close();
}
