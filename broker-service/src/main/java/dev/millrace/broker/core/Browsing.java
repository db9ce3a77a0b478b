package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.List;

/** Looks at messages without consuming them. */
final class Browsing {

    /** A page ends early with so many bytes, or when so many offsets were looked at, so that no command waits long. */
    private static final long MAX_BYTES = 4 << 20;

    private static final int MAX_OFFSETS = 50_000;

    private final Ledger ledger;

    Browsing(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Of a queue what is not settled, of a topic what is kept. */
    BrowsedMessage.Page page(Stream stream, long from, int limit, long now) {
        Subscription subscription = stream.topic ? null : stream.only();
        LongOpenHashSet inFlight = new LongOpenHashSet();
        if (subscription != null) {
            subscription.inFlight.values().forEach(delivery -> inFlight.add(delivery.offset()));
        }
        List<BrowsedMessage> items = new ArrayList<>();
        long bytes = 0;
        long offset = Math.max(from, stream.index.first());
        long end = Math.min(stream.index.next(), offset + MAX_OFFSETS);
        while (offset < end && items.size() < limit && bytes < MAX_BYTES) {
            StoredMessage stored = stream.needs(offset) ? ledger.read(stream, offset) : null;
            // Of a topic, what was replayed to one subscription is not for all to see.
            if (stored != null && (!stream.topic || stored.onlyFor() == 0)) {
                items.add(item(stream, subscription, offset, stored, inFlight.contains(offset), now));
                bytes += stored.message().size();
            }
            offset++;
        }
        return new BrowsedMessage.Page(items, offset < stream.index.next() ? offset - 1 : -1);
    }

    /** One message of a queue that is not settled. */
    BrowsedMessage item(Stream queue, Subscription subscription, long offset) {
        StoredMessage stored = ledger.read(queue, offset);
        return item(queue, subscription, offset, stored, BrowsedMessage.State.READY);
    }

    private static BrowsedMessage item(
            Stream stream, Subscription subscription, long offset, StoredMessage stored, boolean inFlight, long now) {
        BrowsedMessage.State state;
        if (inFlight) {
            state = BrowsedMessage.State.IN_FLIGHT;
        } else if (subscription != null && subscription.failures(offset) > 0 && subscription.retryAt(offset) > now) {
            state = BrowsedMessage.State.RETRY;
        } else if (stream.index.deliverAt(offset) > now) {
            state = BrowsedMessage.State.SCHEDULED;
        } else if (subscription != null && subscription.lanes.waitsForDeadLetter(offset)) {
            state = BrowsedMessage.State.PARKED;
        } else {
            state = BrowsedMessage.State.READY;
        }
        return item(stream, subscription, offset, stored, state);
    }

    private static BrowsedMessage item(
            Stream stream, Subscription subscription, long offset, StoredMessage stored, BrowsedMessage.State state) {
        return new BrowsedMessage(
                new MessageName(stream.id, offset).toString(),
                offset,
                stored.message(),
                stored.enqueuedAt(),
                state,
                subscription == null ? 0 : subscription.failures(offset),
                stored.replays(),
                subscription != null && subscription.isDeadLetterQueue() ? stored.deaths() : List.of());
    }
}
