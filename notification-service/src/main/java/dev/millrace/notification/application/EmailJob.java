package dev.millrace.notification.application;

import dev.millrace.notification.domain.NotificationKind;
import java.util.Objects;
import java.util.UUID;

/**
 * One e-mail to send: the payload of {@code email.requested}, which this service both writes and reads. Schema: {@code
 * resources/events/email.requested.json}.
 */
public record EmailJob(
        UUID notificationId, UUID orderId, NotificationKind kind, String recipient, String subject, String text) {

    public static final String TYPE = "email.requested";

    public EmailJob {
        Objects.requireNonNull(notificationId, "notificationId");
        Objects.requireNonNull(orderId, "orderId");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(recipient, "recipient");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(text, "text");
    }
}
