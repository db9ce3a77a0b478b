package dev.millrace.inventory.web;

import dev.millrace.inventory.domain.Reservation;
import dev.millrace.inventory.domain.ReservationLine;
import dev.millrace.inventory.domain.ReservationStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What became of an order's stock, as clients see it. */
@Schema(description = "What became of an order's stock")
public record ReservationView(
        UUID orderId,
        ReservationStatus status,

        @Schema(description = "One line per sku; with 'available' where it was refused")
        List<ReservationLine> lines,

        Instant createdAt,
        Instant updatedAt) {

    static ReservationView of(Reservation reservation) {
        return new ReservationView(
                reservation.orderId(),
                reservation.status(),
                reservation.lines(),
                reservation.createdAt(),
                reservation.updatedAt());
    }
}
