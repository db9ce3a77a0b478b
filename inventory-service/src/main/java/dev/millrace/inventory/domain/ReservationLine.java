package dev.millrace.inventory.domain;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One product of a reservation.
 *
 * @param quantity units wanted, at least 1
 * @param available units there were when the reservation was refused; null if it was not refused
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReservationLine(String sku, long quantity, Long available) {

    public static ReservationLine of(String sku, long quantity) {
        return new ReservationLine(sku, quantity, null);
    }

    /** Whether this line is a reason of the refusal. */
    @JsonIgnore
    public boolean isShort() {
        return available != null && available < quantity;
    }
}
