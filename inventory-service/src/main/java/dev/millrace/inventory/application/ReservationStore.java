package dev.millrace.inventory.application;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.inventory.domain.Reservation;
import dev.millrace.inventory.domain.ReservationLine;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The reservations' rows. Every method runs in the caller's transaction. */
@ApplicationScoped
class ReservationStore implements PanacheRepositoryBase<Reservation, UUID> {

    private static final ObjectMapper JSON = new ObjectMapper();

    Optional<Reservation> findByOrder(UUID orderId) {
        return findByIdOptional(orderId);
    }

    /** The reservation, kept from changing until the transaction ends. */
    Optional<Reservation> lock(UUID orderId) {
        return findByIdOptional(orderId, LockModeType.PESSIMISTIC_WRITE);
    }

    /**
     * Stores a reservation unless its order has one; of two callers at once exactly one gets true. SQL and not HQL,
     * because HQL knows "on conflict" but not how to bind a JSON value in it.
     */
    boolean insertIfAbsent(Reservation reservation) {
        return getEntityManager()
                        .createNativeQuery("""
                                insert into reservation (order_id, status, lines, created_at, updated_at)
                                values (:orderId, :status, cast(:lines as jsonb), :createdAt, :updatedAt)
                                on conflict do nothing""")
                        .setParameter("orderId", reservation.orderId())
                        .setParameter("status", reservation.status().name())
                        .setParameter("lines", json(reservation.lines()))
                        .setParameter("createdAt", reservation.createdAt())
                        .setParameter("updatedAt", reservation.updatedAt())
                        .executeUpdate()
                == 1;
    }

    private static String json(List<ReservationLine> lines) {
        try {
            return JSON.writeValueAsString(lines);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("lines that are no JSON: " + lines, e);
        }
    }
}
