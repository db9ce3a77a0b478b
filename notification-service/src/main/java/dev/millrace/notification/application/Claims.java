package dev.millrace.notification.application;

import dev.millrace.notification.domain.Notification;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.Retry;

/** The short transactions around the sending of an e-mail: one before, one after, none during. */
@ApplicationScoped
class Claims {

    private final NotificationStore notifications;
    private final NotificationRows rows;
    private final Duration lease;
    private final Clock clock = Clock.systemUTC();

    Claims(
            NotificationStore notifications,
            NotificationRows rows,
            @ConfigProperty(name = "notification.email.claim-lease") Duration lease) {
        this.notifications = notifications;
        this.rows = rows;
        this.lease = lease;
    }

    /** Asks for the right to send; nothing if there is no such notification. The attempt counts, whatever follows. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    Optional<Notification.Claim> claim(UUID id) {
        Instant now = clock.instant();
        return rows.claim(id, now, now.plus(lease));
    }

    /**
     * Notes that the e-mail is out. A database that is away for a moment must not cost the customer a second e-mail, so
     * this does not give up for 30 s, about as long as the broker waits for us.
     */
    @Retry(maxRetries = 60, delay = 500, jitter = 0, maxDuration = 30_000)
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void sent(UUID id, String recipient) {
        rows.sent(id, recipient, clock.instant());
    }

    /** Notes that the e-mail will never be taken, and why. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void failed(UUID id, String error) {
        change(id, notification -> notification.failed(error));
    }

    /** Ends the claim after an attempt that failed, so that the next one need not wait for its end. */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    void giveBack(UUID id, String error) {
        change(id, notification -> notification.giveBack(error));
    }

    private void change(UUID id, Consumer<Notification> change) {
        notifications.lock(id).ifPresent(change);
    }
}
