package dev.millrace.notification.domain;

import java.util.List;
import java.util.UUID;

/**
 * What became of an order, as far as its customer is to be told.
 *
 * @param reason why it was rejected or cancelled, e.g. {@code OUT_OF_STOCK}; null if it was confirmed
 * @param total decimal string
 */
public record OrderOutcome(
        UUID orderId,
        NotificationKind kind,
        String customerName,
        String recipient,
        List<Line> lines,
        String total,
        String currency,
        String reason) {

    public OrderOutcome {
        lines = List.copyOf(lines);
    }

    /** @param unitPrice decimal string */
    public record Line(String sku, String name, long quantity, String unitPrice) {}
}
