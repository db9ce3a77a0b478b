package dev.millrace.broker.amqp;

import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.objects.ObjectIterator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The deliveries of one session that were sent and are not settled, by delivery id. A range costs the smaller of its own
 * length and their number, so that a peer gains nothing by naming a wide one.
 */
final class UnsettledDeliveries {

    /** One delivery: the id on the wire, whom it went to, and the broker's own id for it. */
    record Unsettled(int id, ConsumerEnd consumer, long deliveryId) {}

    private final Int2ObjectOpenHashMap<Unsettled> byId = new Int2ObjectOpenHashMap<>();

    void add(int id, ConsumerEnd consumer, long deliveryId) {
        byId.put(id, new Unsettled(id, consumer, deliveryId));
    }

    int size() {
        return byId.size();
    }

    /**
     * What is unsettled from {@code first} to {@code last}, both included, in the order of sending. Ids are serial
     * numbers: a range may run over their end and go on at 0.
     *
     * @throws ProtocolViolationException if it runs backwards
     */
    List<Unsettled> range(int first, int last) {
        long span = (last - first) & 0xffffffffL;
        if (span > Integer.MAX_VALUE && Integer.compareUnsigned(first, last) > 0) {
            throw new ProtocolViolationException(
                    AmqpErrors.INVALID_FIELD,
                    "a disposition from " + Integer.toUnsignedString(first) + " back to "
                            + Integer.toUnsignedString(last));
        }
        return span < byId.size() ? byRange(first, (int) span) : byEntries(first, span);
    }

    private List<Unsettled> byRange(int first, int span) {
        List<Unsettled> found = new ArrayList<>(span + 1);
        for (int i = 0; i <= span; i++) {
            Unsettled unsettled = byId.get(first + i);
            if (unsettled != null) {
                found.add(unsettled);
            }
        }
        return found;
    }

    private List<Unsettled> byEntries(int first, long span) {
        List<Unsettled> found = new ArrayList<>();
        for (Unsettled unsettled : byId.values()) {
            if (distance(first, unsettled) <= span) {
                found.add(unsettled);
            }
        }
        found.sort(Comparator.comparingLong(unsettled -> distance(first, unsettled)));
        return found;
    }

    private static long distance(int first, Unsettled unsettled) {
        return (unsettled.id - first) & 0xffffffffL;
    }

    void remove(int id) {
        byId.remove(id);
    }

    void removeIf(Predicate<Unsettled> gone) {
        ObjectIterator<Unsettled> iterator = byId.values().iterator();
        while (iterator.hasNext()) {
            if (gone.test(iterator.next())) {
                iterator.remove();
            }
        }
    }
}
