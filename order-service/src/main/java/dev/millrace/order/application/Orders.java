package dev.millrace.order.application;

import dev.millrace.order.domain.Order;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.Optional;
import java.util.UUID;

/** The orders in the database. */
@ApplicationScoped
class Orders implements PanacheRepositoryBase<Order, UUID> {

    /** The order with its row locked until the end of the transaction, so that changes to it come one after the other. */
    Optional<Order> lock(UUID id) {
        return findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE);
    }
}
