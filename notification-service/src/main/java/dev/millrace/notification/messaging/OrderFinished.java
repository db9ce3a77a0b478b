package dev.millrace.notification.messaging;

import dev.millrace.notification.domain.NotificationKind;
import dev.millrace.notification.domain.OrderOutcome;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What notification needs to know of {@code order.confirmed}, {@code order.rejected} and {@code order.cancelled}. */
record OrderFinished(UUID orderId, Customer customer, List<Line> lines, String total, String currency, String reason) {

    OrderFinished {
        Objects.requireNonNull(orderId, "orderId");
        Objects.requireNonNull(customer, "customer");
        lines = List.copyOf(Objects.requireNonNull(lines, "lines"));
        Objects.requireNonNull(total, "total");
        Objects.requireNonNull(currency, "currency");
    }

    OrderOutcome as(NotificationKind kind) {
        return new OrderOutcome(
                orderId,
                kind,
                customer.name(),
                customer.email(),
                lines.stream()
                        .map(line -> new OrderOutcome.Line(line.sku(), line.name(), line.quantity(), line.unitPrice()))
                        .toList(),
                total,
                currency,
                reason);
    }

    record Customer(String name, String email) {
        Customer {
            Objects.requireNonNull(name, "customer.name");
            Objects.requireNonNull(email, "customer.email");
        }
    }

    /** @param unitPrice decimal string */
    record Line(String sku, String name, long quantity, String unitPrice) {
        Line {
            Objects.requireNonNull(sku, "sku");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(unitPrice, "unitPrice");
        }
    }
}
