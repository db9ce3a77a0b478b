package dev.millrace.inventory.domain;

/**
 * What became of an order's stock.
 *
 * <pre>
 *   from \ event   order.placed, enough   order.placed, short   order.cancelled
 *   (none)         RESERVED               REFUSED               RELEASED (empty: it keeps a late order.placed out)
 *   RESERVED       -                      -                     RELEASED, the units go back
 *   REFUSED        -                      -                     -
 *   RELEASED       -                      -                     -
 * </pre>
 */
public enum ReservationStatus {
    RESERVED,
    REFUSED,
    RELEASED
}
