package dev.millrace.inventory.domain;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What inventory tells the other services about an order's stock. Schemas: {@code resources/events/stock.*.json}. */
public sealed interface StockEvent {

    UUID orderId();

    /** The event type, lower-case and dotted. */
    String type();

    /** All lines of the order are reserved. */
    record Reserved(UUID orderId, List<Units> lines, Instant occurredAt) implements StockEvent {
        @Override
        public String type() {
            return "stock.reserved";
        }
    }

    /** Nothing is reserved; the lines are those of which there was too little. */
    record Refused(UUID orderId, String reason, List<Shortage> lines, Instant occurredAt) implements StockEvent {
        @Override
        public String type() {
            return "stock.refused";
        }
    }

    /** The units of a cancelled order may be sold again. */
    record Released(UUID orderId, List<Units> lines, Instant occurredAt) implements StockEvent {
        @Override
        public String type() {
            return "stock.released";
        }
    }

    /** Units of one product. */
    record Units(String sku, long quantity) {}

    /** A product of which there was too little. */
    record Shortage(String sku, long requested, long available) {}

    /** The event that tells of the reservation's present state. */
    static StockEvent of(Reservation reservation) {
        return switch (reservation.status()) {
            case RESERVED -> new Reserved(reservation.orderId(), units(reservation), reservation.updatedAt());
            case RELEASED -> new Released(reservation.orderId(), units(reservation), reservation.updatedAt());
            case REFUSED ->
                new Refused(reservation.orderId(), "OUT_OF_STOCK", shortages(reservation), reservation.updatedAt());
        };
    }

    private static List<Units> units(Reservation reservation) {
        return reservation.lines().stream()
                .map(line -> new Units(line.sku(), line.quantity()))
                .toList();
    }

    private static List<Shortage> shortages(Reservation reservation) {
        return reservation.lines().stream()
                .filter(ReservationLine::isShort)
                .map(line -> new Shortage(line.sku(), line.quantity(), line.available()))
                .toList();
    }
}
