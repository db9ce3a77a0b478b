package dev.millrace.notification.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.messaging.EventIds;
import dev.millrace.notification.NotificationStack;
import dev.millrace.notification.domain.Notification;
import dev.millrace.notification.domain.Notification.Claim;
import dev.millrace.notification.domain.NotificationKind;
import dev.millrace.notification.domain.NotificationStatus;
import dev.millrace.notification.domain.OrderOutcome;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INV-MAIL in the table itself. */
@QuarkusTest
@QuarkusTestResource(NotificationStack.class)
class ClaimsTest {

    private static final int WORKERS = 8;

    @Inject
    Claims claims;

    @Inject
    NotificationRows rows;

    @Inject
    Notifications notifications;

    private final UUID orderId = EventIds.next();
    private UUID id;

    @BeforeEach
    void storeNotification() {
        var order = new OrderOutcome(
                orderId, NotificationKind.ORDER_CONFIRMED, "Ada", "ada@example.org", List.of(), "0.00", "EUR", null);
        QuarkusTransaction.requiringNew().run(() -> notifications.request(order));
        id = stored().id();
    }

    @Test
    void ofManyWorkersAtOnceOneIsGrantedTheClaim() throws Exception {
        try (var threads = Executors.newFixedThreadPool(WORKERS)) {
            Callable<Optional<Claim>> claim = () -> claims.claim(id);
            var answers = threads.invokeAll(Collections.nCopies(WORKERS, claim)).stream()
                    .map(Future::resultNow)
                    .map(Optional::orElseThrow)
                    .toList();
            assertEquals(1, Collections.frequency(answers, Claim.GRANTED));
            assertEquals(WORKERS - 1, Collections.frequency(answers, Claim.TAKEN));
        }
        assertEquals(1, stored().attempts());
    }

    @Test
    void whatWasSentStaysSent() {
        claims.claim(id);
        claims.sent(id, "ada@example.com");
        Instant sentAt = stored().sentAt();

        claims.failed(id, "a worker that came too late");
        claims.giveBack(id, "another one");
        claims.sent(id, "eve@example.org");

        assertEquals(NotificationStatus.SENT, stored().status());
        assertEquals("ada@example.com", stored().recipient());
        assertEquals(sentAt, stored().sentAt());
        assertNull(stored().lastError());
        assertEquals(Optional.of(Claim.ALREADY_SENT), claims.claim(id));
    }

    @Test
    void aClaimGivenBackIsFreeAtOnce() {
        claims.claim(id);
        claims.giveBack(id, "the mail server is away");

        assertEquals("the mail server is away", stored().lastError());
        assertEquals(Optional.of(Claim.GRANTED), claims.claim(id));
        assertEquals(2, stored().attempts());
    }

    @Test
    void aClaimWhoseHolderDiedRunsOut() {
        Instant now = Instant.parse("2026-11-20T10:00:00Z");

        assertEquals(Optional.of(Claim.GRANTED), rows.claim(id, now, now.plusSeconds(10)));
        assertEquals(Optional.of(Claim.TAKEN), rows.claim(id, now.plusSeconds(9), now.plusSeconds(19)));
        assertEquals(Optional.of(Claim.GRANTED), rows.claim(id, now.plusSeconds(10), now.plusSeconds(20)));
        assertEquals(2, stored().attempts());
    }

    @Test
    void oneThatFailedMayBeTriedAgain() {
        claims.claim(id);
        claims.failed(id, "no such mailbox");

        assertEquals(NotificationStatus.FAILED, stored().status());
        assertEquals(Optional.of(Claim.GRANTED), claims.claim(id));
    }

    @Test
    void nobodyClaimsWhatDoesNotExist() {
        assertTrue(claims.claim(UUID.randomUUID()).isEmpty());
    }

    private Notification stored() {
        return notifications.ofOrder(orderId).getFirst();
    }
}
