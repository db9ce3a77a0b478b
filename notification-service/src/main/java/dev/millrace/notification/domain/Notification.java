package dev.millrace.notification.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.UUID;

/**
 * Something a customer is told, and how far its e-mail has come; see {@link NotificationStatus}.
 *
 * <p>INV-MAIL: an e-mail is sent only by the holder of the row's claim, and never for a row that is SENT. Claiming and
 * the change to SENT are conditional updates (see {@code application.NotificationRows}); others are made with the row
 * locked.
 */
@Entity
public class Notification {

    private static final int MAX_ERROR_CHARS = 500;

    @Id
    private UUID id;

    @Column(name = "order_id")
    private UUID orderId;

    @Enumerated(EnumType.STRING)
    private NotificationKind kind;

    private String recipient;

    private String subject;

    @Enumerated(EnumType.STRING)
    private NotificationStatus status;

    private int attempts;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "sent_at")
    private Instant sentAt;

    @Column(name = "last_error")
    private String lastError;

    @Column(name = "claimed_until")
    private Instant claimedUntil;

    /** For JPA. */
    protected Notification() {}

    /** A notification whose e-mail is yet to be sent. */
    public Notification(UUID id, OrderOutcome order, String subject, Instant now) {
        this.id = id;
        this.orderId = order.orderId();
        this.kind = order.kind();
        this.recipient = order.recipient();
        this.subject = subject;
        this.status = NotificationStatus.PENDING;
        this.createdAt = now;
    }

    /** What somebody who wants to send the e-mail is told. */
    public enum Claim {
        /** Send it; nobody else does until the claim runs out. Counted as an attempt. */
        GRANTED,
        /** It has been sent already. */
        ALREADY_SENT,
        /** Somebody else is sending it just now. */
        TAKEN
    }

    /** The mail server refuses it for ever. */
    public void failed(String error) {
        if (status != NotificationStatus.SENT) {
            status = NotificationStatus.FAILED;
            giveBack(error);
        }
    }

    /** It did not work this time; whoever comes next may try at once. */
    public void giveBack(String error) {
        if (status == NotificationStatus.SENT) {
            return;
        }
        lastError = error.length() <= MAX_ERROR_CHARS ? error : error.substring(0, MAX_ERROR_CHARS);
        claimedUntil = null;
    }

    public UUID id() {
        return id;
    }

    public UUID orderId() {
        return orderId;
    }

    public NotificationKind kind() {
        return kind;
    }

    /** The address it goes to; once sent, the one it went to. */
    public String recipient() {
        return recipient;
    }

    public String subject() {
        return subject;
    }

    public NotificationStatus status() {
        return status;
    }

    /** How often somebody began to send it. */
    public int attempts() {
        return attempts;
    }

    public Instant createdAt() {
        return createdAt;
    }

    /** When the mail server took it; null before. */
    public Instant sentAt() {
        return sentAt;
    }

    /** Why the latest attempt failed; null if it did not. */
    public String lastError() {
        return lastError;
    }
}
