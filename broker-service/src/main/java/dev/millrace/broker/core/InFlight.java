package dev.millrace.broker.core;

/**
 * A delivery that waits for its settlement.
 *
 * @param number which delivery of its link this is, from 1
 */
record InFlight(long deliveryId, long offset, Consumer consumer, long number, long lockedUntil, Lives.Life life) {}
