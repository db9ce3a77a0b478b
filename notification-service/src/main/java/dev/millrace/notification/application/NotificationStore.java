package dev.millrace.notification.application;

import dev.millrace.notification.domain.Notification;
import dev.millrace.notification.domain.NotificationStatus;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The notifications' rows. Every method runs in the caller's transaction. */
@ApplicationScoped
class NotificationStore implements PanacheRepositoryBase<Notification, UUID> {

    /** Those of one order, oldest first. */
    List<Notification> listByOrder(UUID orderId) {
        return list("orderId", Sort.by("createdAt", "id"), orderId);
    }

    /** The newest, newest first. */
    List<Notification> listNewest(int limit) {
        return findAll(Sort.descending("createdAt", "id")).page(0, limit).list();
    }

    /** The notification, kept from changing until the transaction ends. */
    Optional<Notification> lock(UUID id) {
        return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
    }

    /** Stores a notification unless its order has one of its kind; of two callers at once exactly one gets true. */
    boolean insertIfAbsent(Notification notification) {
        return getEntityManager()
                        .createQuery("""
                                insert into Notification
                                    (id, orderId, kind, recipient, subject, status, attempts, createdAt)
                                values (:id, :orderId, :kind, :recipient, :subject, :status, :attempts, :createdAt)
                                on conflict do nothing""")
                        .setParameter("id", notification.id())
                        .setParameter("orderId", notification.orderId())
                        .setParameter("kind", notification.kind())
                        .setParameter("recipient", notification.recipient())
                        .setParameter("subject", notification.subject())
                        .setParameter("status", notification.status())
                        .setParameter("attempts", notification.attempts())
                        .setParameter("createdAt", notification.createdAt())
                        .executeUpdate()
                == 1;
    }

    /**
     * Marks a notification SENT to this recipient and ends its claim; nothing happens if it was SENT before. A single
     * statement, because it is what stands between an e-mail that is out and its being known.
     */
    void markSent(UUID id, String recipient, Instant now) {
        update(
                "status = ?1, recipient = ?2, sentAt = ?3, lastError = null, claimedUntil = null"
                        + " where id = ?4 and status <> ?1",
                NotificationStatus.SENT,
                recipient,
                now,
                id);
    }
}
