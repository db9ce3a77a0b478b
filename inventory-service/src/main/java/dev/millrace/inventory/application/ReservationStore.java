package dev.millrace.inventory.application;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.inventory.domain.Reservation;
import dev.millrace.inventory.domain.ReservationLine;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** The reservations' rows. Every method runs in the caller's transaction. */
@ApplicationScoped
class ReservationStore implements PanacheRepositoryBase<Reservation, UUID> {

    private static final String INSERT = """
            insert into reservation (order_id, status, lines, created_at, updated_at)
            values (?, ?, cast(? as jsonb), ?, ?)
            on conflict do nothing
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DataSource dataSource;

    ReservationStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    Optional<Reservation> findByOrder(UUID orderId) {
        return findByIdOptional(orderId);
    }

    /** The reservation, kept from changing until the transaction ends. */
    Optional<Reservation> lock(UUID orderId) {
        return findByIdOptional(orderId, LockModeType.PESSIMISTIC_WRITE);
    }

    /**
     * Stores a reservation unless its order has one; of two callers at once exactly one gets true. Plain JDBC, as all on
     * the way of an order: Hibernate took more of the processor to prepare this statement than the driver to run it.
     */
    boolean insertIfAbsent(Reservation reservation) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, reservation.orderId());
            insert.setString(2, reservation.status().name());
            insert.setString(3, json(reservation.lines()));
            insert.setTimestamp(4, Timestamp.from(reservation.createdAt()));
            insert.setTimestamp(5, Timestamp.from(reservation.updatedAt()));
            return insert.executeUpdate() == 1;
        } catch (SQLException e) {
            throw new StockLedgerException("cannot store the reservation", e);
        }
    }

    private static String json(List<ReservationLine> lines) {
        try {
            return JSON.writeValueAsString(lines);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("lines that are no JSON: " + lines, e);
        }
    }
}
