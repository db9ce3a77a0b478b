package dev.millrace.order.messaging;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.millrace.order.domain.Order;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** The payloads of the events that this service publishes; their schemas are in {@code events/*.json}. */
final class OrderEventPayloads {

    private OrderEventPayloads() {}

    /** What every event of an order says about it. Amounts are decimal strings. */
    record Head(UUID orderId, Customer customer, List<Line> lines, String total, String currency) {
        static Head of(Order order) {
            return new Head(
                    order.id(),
                    new Customer(order.customer().name(), order.customer().email()),
                    order.lines().stream()
                            .map(line -> new Line(
                                    line.sku(),
                                    line.name(),
                                    line.quantity(),
                                    line.unitPrice().toPlainString()))
                            .toList(),
                    order.total().toPlainString(),
                    order.currency());
        }
    }

    record Customer(String name, String email) {}

    record Line(String sku, String name, int quantity, String unitPrice) {}

    record Placed(@JsonUnwrapped Head head, Instant placedAt) {}

    record Confirmed(@JsonUnwrapped Head head, Instant occurredAt) {}

    record Rejected(@JsonUnwrapped Head head, String reason, Instant occurredAt) {}

    record Cancelled(@JsonUnwrapped Head head, String reason, Instant occurredAt) {}

    record TimeoutDue(UUID orderId) {}
}
