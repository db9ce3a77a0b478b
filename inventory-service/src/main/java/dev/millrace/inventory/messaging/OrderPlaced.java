package dev.millrace.inventory.messaging;

import dev.millrace.inventory.domain.Demand;
import dev.millrace.inventory.domain.ReservationLine;
import dev.millrace.inventory.domain.Sku;
import java.util.List;
import java.util.UUID;

/** What inventory needs to know of {@code order.placed}; the rest of the event is none of its business. */
record OrderPlaced(UUID orderId, List<Line> lines) {

    OrderPlaced {
        Required.field("orderId", orderId);
        lines = List.copyOf(Required.field("lines", lines));
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("an order without lines");
        }
    }

    Demand demand() {
        return Demand.of(lines.stream()
                .map(line -> ReservationLine.of(line.sku(), line.quantity()))
                .toList());
    }

    /** @param quantity units wanted, at least 1 */
    record Line(String sku, long quantity) {

        Line {
            if (!Sku.isValid(Required.field("sku", sku))) {
                throw new IllegalArgumentException("a sku " + Sku.EXPECTED);
            }
            if (quantity < 1) {
                throw new IllegalArgumentException(
                        "quantity of %s is %d, expected at least 1".formatted(sku, quantity));
            }
        }
    }
}
