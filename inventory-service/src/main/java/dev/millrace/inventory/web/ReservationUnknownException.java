package dev.millrace.inventory.web;

import java.util.UUID;

/** Inventory has heard nothing of that order. */
class ReservationUnknownException extends RuntimeException {

    ReservationUnknownException(UUID orderId) {
        super("there is no reservation for order " + orderId);
    }
}
