package dev.millrace.notification.application;

import dev.millrace.notification.domain.Notification;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The notifications as entities: to be looked at, and to be changed where it is not the rule. In the caller's transaction. */
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
}
