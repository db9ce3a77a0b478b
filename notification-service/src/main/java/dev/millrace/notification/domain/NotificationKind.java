package dev.millrace.notification.domain;

/** What a customer is told about an order. */
public enum NotificationKind {
    ORDER_CONFIRMED(7),
    ORDER_REJECTED(4),
    ORDER_CANCELLED(4);

    private final int priority;

    NotificationKind(int priority) {
        this.priority = priority;
    }

    /** AMQP priority, 0 to 9: when e-mails have to wait, those that customers wait for go first. */
    public int priority() {
        return priority;
    }
}
