package dev.millrace.broker.core;

/** A delivery that waits for its settlement. */
record InFlight(long deliveryId, long offset, Consumer consumer, long lockedUntil) {}
