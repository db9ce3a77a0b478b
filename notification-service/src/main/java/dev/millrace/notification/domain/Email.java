package dev.millrace.notification.domain;

import java.util.stream.Collectors;

/** The words of an e-mail. Neither contains a line break where it would become a header. */
public record Email(String subject, String text) {

    private static final int MAX_LINE_CHARS = 200;

    public Email {
        subject = oneLine(subject);
    }

    /** Writes what the customer of an order is told. */
    public static Email about(OrderOutcome order) {
        return new Email("Your order %s %s".formatted(order.orderId(), verdict(order.kind())), text(order));
    }

    private static String verdict(NotificationKind kind) {
        return switch (kind) {
            case ORDER_CONFIRMED -> "is confirmed";
            case ORDER_REJECTED -> "could not be accepted";
            case ORDER_CANCELLED -> "is cancelled";
        };
    }

    private static String text(OrderOutcome order) {
        return """
                Hello %s,

                your order %s %s%s.

                %s

                Total: %s %s
                """.formatted(
                        oneLine(order.customerName()),
                        order.orderId(),
                        verdict(order.kind()),
                        because(order.reason()),
                        lines(order),
                        order.total(),
                        order.currency());
    }

    private static String because(String reason) {
        return switch (reason) {
            case null -> "";
            case "OUT_OF_STOCK" -> ": something in it is out of stock";
            case "CUSTOMER_REQUEST" -> ", as you asked";
            case "TIMED_OUT" -> ": it could not be completed in time";
            // A reason that orders have learnt since; better the bare word than none.
            default -> ": " + oneLine(reason).toLowerCase().replace('_', ' ');
        };
    }

    private static String lines(OrderOutcome order) {
        return order.lines().stream()
                .map(line -> "  %d x %s at %s %s"
                        .formatted(line.quantity(), oneLine(line.name()), line.unitPrice(), order.currency()))
                .collect(Collectors.joining("\n"));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= MAX_LINE_CHARS ? line : line.substring(0, MAX_LINE_CHARS);
    }
}
