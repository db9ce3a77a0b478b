package dev.millrace.broker.core;

import java.util.List;

/**
 * One message handed to one consumer.
 *
 * @param id unique within the broker's run; names this delivery in {@link Command.Settle}
 * @param offset of the message in its queue or topic, dense
 * @param enqueuedAt epoch milliseconds at which the broker took the message
 * @param failures how many attempts at delivering it have failed before this one
 * @param lockedUntil epoch milliseconds at which the lock runs out; 0 if the delivery is settled already
 * @param replays how often the message was replayed
 * @param deaths why and where it was dead-lettered, oldest first; empty outside of dead-letter queues
 */
public record Delivery(
        long id,
        Message message,
        long offset,
        long enqueuedAt,
        int failures,
        long lockedUntil,
        int replays,
        List<Death> deaths) {}
