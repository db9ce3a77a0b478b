package dev.millrace.notification.domain;

/** What a customer is told about an order. */
public enum NotificationKind {
    ORDER_CONFIRMED,
    ORDER_REJECTED,
    ORDER_CANCELLED
}
