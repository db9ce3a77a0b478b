package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/**
 * What a subscription has to know of its messages to keep to its bounds: their bytes where there is a bound on bytes,
 * and which of them consumers have where the oldest of the others are dropped. Without either it does nothing.
 */
final class Backlog {

    /** Whether there is a bound on bytes. */
    private boolean counting;

    private long bytes;
    private long bytesInFlight;

    /** Null where nothing is dropped. */
    private LongOpenHashSet inFlight;

    /** No message before this offset can be dropped. */
    private long oldest;

    /** Begins anew with the subscription as it is. */
    void apply(Subscription subscription) {
        MessageIndex index = subscription.stream.index;
        counting = subscription.settings.maxBytes() > 0;
        bytes = 0;
        bytesInFlight = 0;
        oldest = subscription.settled.floor();
        if (counting) {
            for (long offset = Math.max(index.first(), oldest); offset < index.next(); offset++) {
                if (!subscription.settled.contains(offset)) {
                    bytes += index.bodyLength(offset);
                }
            }
        }
        boolean dropping = subscription.settings.whenFull() == QueueSettings.WhenFull.DROP_OLDEST;
        inFlight = dropping ? new LongOpenHashSet() : null;
        if (dropping) {
            subscription.inFlight.values().forEach(delivery -> handedOut(subscription.stream, delivery.offset()));
        }
    }

    long bytes() {
        return bytes;
    }

    long waitingBytes() {
        return bytes - bytesInFlight;
    }

    void added(int bodyLength) {
        if (counting) {
            bytes += bodyLength;
        }
    }

    void settled(Stream stream, long offset) {
        if (counting) {
            bytes -= stream.index.bodyLength(offset);
        }
        forget(stream, offset);
    }

    void handedOut(Stream stream, long offset) {
        if (inFlight != null && inFlight.add(offset) && counting) {
            bytesInFlight += stream.index.bodyLength(offset);
        }
    }

    void takenBack(Stream stream, long offset) {
        if (forget(stream, offset)) {
            oldest = Math.min(oldest, offset);
        }
    }

    private boolean forget(Stream stream, long offset) {
        if (inFlight == null || !inFlight.remove(offset)) {
            return false;
        }
        if (counting) {
            bytesInFlight -= stream.index.bodyLength(offset);
        }
        return true;
    }

    /** The oldest message from an offset on that no consumer has; -1 if there is none. Only where these are dropped. */
    long oldestWaiting(Subscription subscription, long from) {
        oldest = Math.max(oldest, subscription.settled.floor());
        long offset = Math.max(from, oldest);
        long end = subscription.stream.index.next();
        while (offset < end && (subscription.settled.contains(offset) || inFlight.contains(offset))) {
            offset++;
        }
        if (from <= oldest) {
            oldest = offset;
        }
        return offset == end ? -1 : offset;
    }
}
