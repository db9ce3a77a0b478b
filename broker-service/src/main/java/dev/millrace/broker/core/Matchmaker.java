package dev.millrace.broker.core;

import it.unimi.dsi.fastutil.longs.LongHeapPriorityQueue;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which consumer of a subscription wants which message, where they want different ones. Messages that could be delivered
 * are held here, a bit for each, until somebody takes them, by priority: a group is offered the highest first, but every
 * {@value PriorityOrder#TURNS}th look that passes over an older message goes to the oldest. Consumers with the same selection form a group; each group
 * looks at a message once, and again only if it comes back. So a message that nobody wants costs one look for each
 * selection, however often there is something to deliver.
 */
final class Matchmaker {

    /** Different selections at one time. */
    static final int MAX_GROUPS = 32;

    /** Messages with an ordering key that may be held: each keeps the lane of its key open. */
    static final int MAX_KEYED = 100_000;

    private final Stream stream;
    /** By priority. */
    private final OffsetSet[] held = new OffsetSet[Message.PRIORITIES];

    private final Map<Selection, Group> groups = new LinkedHashMap<>();
    private int keyed;
    /** Whether the last step ended before all was looked at. */
    private boolean behind;

    Matchmaker(Stream stream) {
        this.stream = stream;
        Arrays.setAll(held, priority -> new OffsetSet());
    }

    /** Consumers with the same selection, and how far these have looked. */
    static final class Group {
        final Selection selection;
        /** Null for everything. */
        final MessageFilter filter;

        private int consumers;
        /** By priority: what is held before this offset has been looked at. */
        private final long[] positions = new long[Message.PRIORITIES];
        /** By priority: what came back, and has to be looked at again. */
        private final LongHeapPriorityQueue[] again = new LongHeapPriorityQueue[Message.PRIORITIES];
        /** Looks since the oldest message had its turn. */
        private int passedOver;

        private Group(Selection selection, MessageFilter filter) {
            this.selection = selection;
            this.filter = filter;
            Arrays.setAll(again, priority -> new LongHeapPriorityQueue());
        }

        boolean wants(StoredMessage stored, long offset) {
            return filter == null || filter.matches(stored.message(), offset, stored.enqueuedAt(), stored.deaths());
        }
    }

    boolean canJoin(Selection selection) {
        return groups.containsKey(selection) || groups.size() < MAX_GROUPS;
    }

    Group join(Selection selection, MessageFilter filter) {
        Group group = groups.computeIfAbsent(selection, wanted -> new Group(wanted, filter));
        group.consumers++;
        return group;
    }

    void leave(Group group) {
        if (--group.consumers == 0) {
            groups.remove(group.selection);
        }
    }

    /** Whether it is still needed: somebody wants only some messages, or some are held. */
    boolean isNeeded() {
        return !Arrays.stream(held).allMatch(OffsetSet::isEmpty)
                || groups.keySet().stream().anyMatch(selection -> !selection.isAll());
    }

    boolean isBehind() {
        return behind;
    }

    void behind(boolean now) {
        behind = now;
    }

    /** Takes back that a group has looked at a message. */
    void lookAgain(Group group, long offset) {
        group.again[stream.index.priority(offset)].enqueue(offset);
    }

    boolean isFull() {
        return keyed >= MAX_KEYED;
    }

    /** Holds a message that can be delivered. */
    void hold(long offset) {
        int priority = stream.index.priority(offset);
        held[priority].add(offset);
        keyed += stream.index.key(offset) == 0 ? 0 : 1;
        for (Group group : groups.values()) {
            if (offset < group.positions[priority]) {
                group.again[priority].enqueue(offset);
            }
        }
    }

    /** Lets go of a message that is delivered, or settled by other ways. */
    void forget(long offset) {
        if (held[stream.index.priority(offset)].remove(offset)) {
            keyed -= stream.index.key(offset) == 0 ? 0 : 1;
        }
    }

    /** A message that the group has not looked at; -1 if there is none. It counts as looked at then. */
    long next(Group group) {
        long best = -1;
        long oldest = Long.MAX_VALUE;
        for (int priority = Message.PRIORITIES - 1; priority >= 0; priority--) {
            long candidate = held[priority].isEmpty() ? -1 : peek(group, priority);
            if (candidate >= 0) {
                best = best < 0 ? candidate : best;
                oldest = Math.min(oldest, candidate);
            }
        }
        if (best < 0) {
            return -1;
        }
        group.passedOver = best == oldest ? 0 : group.passedOver + 1;
        if (group.passedOver >= PriorityOrder.TURNS) {
            group.passedOver = 0;
            best = oldest;
        }
        take(group, best);
        return best;
    }

    /** The oldest message of a priority that the group has not looked at; -1 if there is none. */
    private long peek(Group group, int priority) {
        LongHeapPriorityQueue again = group.again[priority];
        while (!again.isEmpty() && !held[priority].contains(again.firstLong())) {
            again.dequeueLong();
        }
        long unseen = held[priority].next(group.positions[priority]);
        return again.isEmpty() || unseen >= 0 && unseen < again.firstLong() ? unseen : again.firstLong();
    }

    private void take(Group group, long offset) {
        int priority = stream.index.priority(offset);
        LongHeapPriorityQueue again = group.again[priority];
        if (!again.isEmpty() && again.firstLong() == offset) {
            again.dequeueLong();
        } else {
            group.positions[priority] = offset + 1;
        }
    }

    /** Forgets all messages. */
    void clear() {
        Arrays.stream(held).forEach(OffsetSet::clear);
        keyed = 0;
        groups.values().forEach(group -> {
            Arrays.fill(group.positions, 0);
            Arrays.stream(group.again).forEach(LongHeapPriorityQueue::clear);
        });
    }
}
