package dev.millrace.notification.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NotificationTest {

    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final Notification notification = new Notification(
            UUID.randomUUID(),
            new OrderOutcome(
                    UUID.randomUUID(),
                    NotificationKind.ORDER_CONFIRMED,
                    "Ada",
                    "ada@example.org",
                    List.of(),
                    "0.00",
                    "EUR",
                    null),
            "subject",
            NOW);

    @Test
    void aClaimGivenBackKeepsItsError() {
        notification.giveBack("x".repeat(2000));

        assertEquals(NotificationStatus.PENDING, notification.status());
        assertEquals(500, notification.lastError().length());
    }

    @Test
    void oneThatFailedSaysWhy() {
        notification.failed("no such mailbox");

        assertEquals(NotificationStatus.FAILED, notification.status());
        assertEquals("no such mailbox", notification.lastError());
    }
}
