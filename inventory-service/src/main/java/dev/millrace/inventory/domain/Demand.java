package dev.millrace.inventory.domain;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one order wants: one quantity per sku.
 *
 * <p>It iterates in the order of the skus. Everybody who locks product rows does it in this order, so two orders with
 * the same products can wait for each other but never in a circle.
 *
 * @param quantities units per sku, each at least 1, not empty
 */
public record Demand(SortedMap<String, Long> quantities) {

    public Demand {
        if (quantities.isEmpty()) {
            throw new IllegalArgumentException("an order without lines wants nothing");
        }
        quantities = Collections.unmodifiableSortedMap(new TreeMap<>(quantities));
    }

    /** Adds up the lines of an order; a sku may appear in several of them. */
    public static Demand of(List<ReservationLine> lines) {
        var quantities = new TreeMap<String, Long>();
        for (var line : lines) {
            if (line.quantity() < 1) {
                throw new IllegalArgumentException("quantity of %s is %d".formatted(line.sku(), line.quantity()));
            }
            quantities.merge(line.sku(), line.quantity(), Math::addExact);
        }
        return new Demand(quantities);
    }

    /** The same demand as lines, in the order of the skus. */
    public List<ReservationLine> lines() {
        return quantities.entrySet().stream()
                .map(entry -> ReservationLine.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    /**
     * The same demand beside what was there for it.
     *
     * @param available units per sku; a sku that is not in it does not exist and has none
     */
    public List<ReservationLine> linesBeside(Map<String, Long> available) {
        return quantities.entrySet().stream()
                .map(entry -> new ReservationLine(
                        entry.getKey(), entry.getValue(), available.getOrDefault(entry.getKey(), 0L)))
                .toList();
    }

    /** Whether all of it can be had; an order gets all its lines or none. */
    public boolean isCoveredBy(Map<String, Long> available) {
        return quantities.entrySet().stream()
                .allMatch(entry -> available.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
    }
}
