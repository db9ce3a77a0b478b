package dev.millrace.broker.core;

/**
 * How much there is to do for a subscription's consumers.
 *
 * @param arrivalRate messages stored per second, lately
 * @param settleRate messages settled per second, lately
 * @param failureRate failed attempts per second, lately
 * @param handlingSeconds how long a consumer has worked at a message, on average lately; 0 if none was settled yet
 * @param workersNeeded how many consumers like the present ones are needed, see {@link #workersNeeded}
 */
public record Load(
        double arrivalRate, double settleRate, double failureRate, double handlingSeconds, int workersNeeded) {

    /** What waits is to be worked off within so many seconds. */
    public static final int DRAIN_SECONDS = 60;

    /** Fewer messages per second than this are none. */
    private static final double MIN_RATE = 0.01;

    /**
     * Little's law: so many workers are busy on average as messages arrive per second, times the seconds that each takes
     * ({@code L = λ·W}). What waits counts as arriving over the next {@link #DRAIN_SECONDS}. One, if there is something
     * to do and nothing is known of how long it takes.
     *
     * @param arrivalRate messages per second
     * @param waiting messages that could be delivered now
     * @param handlingSeconds work at one message
     */
    public static int workersNeeded(double arrivalRate, long waiting, double handlingSeconds) {
        if (arrivalRate < MIN_RATE && waiting == 0) {
            return 0;
        }
        double busy = (arrivalRate + (double) waiting / DRAIN_SECONDS) * handlingSeconds;
        return (int) Math.clamp((long) Math.ceil(busy - 1e-9), 1, Integer.MAX_VALUE);
    }
}
