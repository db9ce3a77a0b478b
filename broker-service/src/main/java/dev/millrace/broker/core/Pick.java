package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongOpenHashSet;

/** Says of dead letters whether a {@link ReplayRequest.Select} means them. Used by one thread at a time. */
final class Pick {

    private final ReplayRequest.Select select;
    private final Stream deadLetters;
    /** Null for any. */
    private final LongOpenHashSet offsets;
    /** Null for any. */
    private final MessageFilter filter;

    /**
     * @throws Destinations.Refusal if the selector or an id makes no sense
     */
    Pick(ReplayRequest.Select select, Stream deadLetters, MessageFilter.Compiler filters) {
        this.select = select;
        this.deadLetters = deadLetters;
        offsets = select.ids() == null ? null : offsets(select);
        try {
            filter = select.selector() == null ? null : filters.compile(new Selection(select.selector(), null));
        } catch (InvalidSelectionException e) {
            throw new Destinations.Refusal(
                    BrokerError.Code.INVALID_FIELD, "The selector '" + select.selector() + "': " + e.getMessage());
        }
    }

    private LongOpenHashSet offsets(ReplayRequest.Select select) {
        LongOpenHashSet found = new LongOpenHashSet();
        for (String id : select.ids()) {
            MessageName name = MessageName.parse(id);
            if (deadLetters != null && name.streamId() == deadLetters.id) {
                found.add(name.offset());
            }
        }
        return found;
    }

    /** Whether a look at the index is enough. */
    boolean isCheap() {
        return filter == null && select.from() == 0 && select.to() == Long.MAX_VALUE;
    }

    /** What can be said without the message; of a dead letter that is not settled. */
    boolean mayMean(long offset) {
        return (offsets == null || offsets.contains(offset))
                && (select.reason() == null || deadLetters.index.reason(offset) == select.reason());
    }

    /** All that is to be said. */
    boolean means(long offset, StoredMessage stored) {
        return stored.diedAt() >= select.from()
                && stored.diedAt() < select.to()
                && (filter == null || filter.matches(stored.message(), offset, stored.enqueuedAt(), stored.deaths()));
    }
}
