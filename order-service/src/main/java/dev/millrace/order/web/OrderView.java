package dev.millrace.order.web;

import dev.millrace.order.domain.Order;
import dev.millrace.order.domain.OrderLine;
import dev.millrace.order.domain.OrderStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An order as clients see it. Amounts are decimal strings, so that no client rounds them by accident. */
@Schema(name = "Order")
public record OrderView(
        @Schema(examples = "0199f3a1-2b7c-7d3e-9a4f-5c6d7e8f9a0b")
        UUID id,

        OrderStatus status,

        CustomerView customer,

        List<LineView> lines,

        @Schema(examples = "9.80") String total,

        @Schema(examples = "EUR") String currency,

        Instant createdAt,

        @Schema(description = "When the status last changed")
        Instant updatedAt,

        @Schema(
                description = "Why it was rejected or cancelled; null otherwise",
                examples = "OUT_OF_STOCK",
                nullable = true)
        String reason) {

    /** Who ordered. */
    public record CustomerView(
            @Schema(examples = "Ada Lovelace") String name,
            @Schema(examples = "ada@example.org") String email) {}

    /** One line, with name and price of the moment it was ordered. */
    public record LineView(
            @Schema(examples = "espresso-cup") String sku,
            @Schema(examples = "Espresso cup") String name,
            @Schema(examples = "2") int quantity,
            @Schema(examples = "4.90") String unitPrice) {

        static LineView of(OrderLine line) {
            return new LineView(
                    line.sku(), line.name(), line.quantity(), line.unitPrice().toPlainString());
        }
    }

    static OrderView of(Order order) {
        return new OrderView(
                order.id(),
                order.status(),
                new CustomerView(order.customer().name(), order.customer().email()),
                order.lines().stream().map(LineView::of).toList(),
                order.total().toPlainString(),
                order.currency(),
                order.createdAt(),
                order.updatedAt(),
                order.reason().orElse(null));
    }
}
