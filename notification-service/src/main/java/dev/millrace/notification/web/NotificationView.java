package dev.millrace.notification.web;

import dev.millrace.notification.domain.Notification;
import dev.millrace.notification.domain.NotificationKind;
import dev.millrace.notification.domain.NotificationStatus;
import java.time.Instant;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A notification as clients see it. */
@Schema(description = "Something a customer is told, and how far its e-mail has come")
public record NotificationView(
        UUID id,
        UUID orderId,
        NotificationKind kind,
        @Schema(examples = "ada@example.org") String recipient,

        @Schema(examples = "Your order 0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6 is confirmed")
        String subject,

        NotificationStatus status,

        @Schema(description = "How often sending it was begun", examples = "1")
        int attempts,

        Instant createdAt,

        @Schema(description = "When the mail server took it; null before")
        Instant sentAt,

        @Schema(description = "Why the latest attempt failed; null if it did not")
        String lastError) {

    static NotificationView of(Notification notification) {
        return new NotificationView(
                notification.id(),
                notification.orderId(),
                notification.kind(),
                notification.recipient(),
                notification.subject(),
                notification.status(),
                notification.attempts(),
                notification.createdAt(),
                notification.sentAt(),
                notification.lastError());
    }
}
