package dev.millrace.broker.core;

/**
 * A delivery that waits for its settlement, and what {@link Lives} has to know of it for what is told later. It lies with the
 * rest on purpose: an object of its own would be out of the processor's caches when the delivery is settled.
 *
 * @param number which delivery of its link this is, from 1
 * @param lockedUntil epoch milliseconds; 0: it was settled as it was sent
 * @param historyKey 0 if the message has no id, or nobody keeps histories
 * @param attempt from 1
 * @param troubled whether the message was in trouble before
 * @param storedAt epoch milliseconds
 * @param deliveredAt epoch milliseconds
 */
record InFlight(
        long deliveryId,
        long offset,
        Consumer consumer,
        long number,
        long lockedUntil,
        long historyKey,
        int attempt,
        boolean troubled,
        long storedAt,
        long deliveredAt) {}
