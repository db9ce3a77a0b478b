package dev.millrace.notification.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.millrace.notification.domain.Notification.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NotificationTest {

    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(10);

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
    void isSentByWhoeverHoldsTheClaim() {
        assertEquals(Claim.GRANTED, notification.claim(NOW, LEASE));
        assertEquals(Claim.TAKEN, notification.claim(NOW.plusSeconds(9), LEASE));
        assertEquals(1, notification.attempts());
    }

    @Test
    void aClaimWhoseHolderDiedRunsOut() {
        notification.claim(NOW, LEASE);

        assertEquals(Claim.GRANTED, notification.claim(NOW.plus(LEASE), LEASE));
        assertEquals(2, notification.attempts());
    }

    @Test
    void aClaimGivenBackIsFreeAtOnceAndTheErrorIsKept() {
        notification.claim(NOW, LEASE);
        notification.giveBack("x".repeat(2000));

        assertEquals(NotificationStatus.PENDING, notification.status());
        assertEquals(500, notification.lastError().length());
        assertEquals(Claim.GRANTED, notification.claim(NOW.plusMillis(1), LEASE));
    }

    @Test
    void oneThatFailedMayBeTriedAgain() {
        notification.claim(NOW, LEASE);
        notification.failed("no such mailbox");

        assertEquals(NotificationStatus.FAILED, notification.status());
        assertEquals("no such mailbox", notification.lastError());
        assertEquals(Claim.GRANTED, notification.claim(NOW.plusSeconds(1), LEASE));
    }
}
