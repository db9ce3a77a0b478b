package dev.millrace.inventory.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The stock of one order: reserved for all of its lines, refused, or given back. See {@link ReservationStatus}. */
@Entity
public class Reservation {

    @Id
    @Column(name = "order_id")
    private UUID orderId;

    @Enumerated(EnumType.STRING)
    private ReservationStatus status;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<ReservationLine> lines;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For JPA. */
    protected Reservation() {}

    private Reservation(UUID orderId, ReservationStatus status, List<ReservationLine> lines, Instant now) {
        this.orderId = orderId;
        this.status = status;
        this.lines = lines;
        this.createdAt = now;
        this.updatedAt = now;
    }

    /** All lines or none: reserved if {@code available} covers the whole demand, else refused. */
    public static Reservation decide(UUID orderId, Demand demand, Map<String, Long> available, Instant now) {
        return demand.isCoveredBy(available)
                ? new Reservation(orderId, ReservationStatus.RESERVED, demand.lines(), now)
                : new Reservation(orderId, ReservationStatus.REFUSED, demand.linesBeside(available), now);
    }

    /**
     * What is kept of a cancellation that came before its order: should {@code order.placed} come later (say, replayed
     * from the dead letters), it must not take stock that nobody would ever give back.
     */
    public static Reservation cancelledBeforePlaced(UUID orderId, Instant now) {
        return new Reservation(orderId, ReservationStatus.RELEASED, List.of(), now);
    }

    /** Ends a reservation; true if there are units to give back, false if there is nothing to do. */
    public boolean release(Instant now) {
        if (status != ReservationStatus.RESERVED) {
            return false;
        }
        status = ReservationStatus.RELEASED;
        updatedAt = now;
        return true;
    }

    public UUID orderId() {
        return orderId;
    }

    public ReservationStatus status() {
        return status;
    }

    /** One line per sku, in the order of the skus. */
    public List<ReservationLine> lines() {
        return lines;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }
}
