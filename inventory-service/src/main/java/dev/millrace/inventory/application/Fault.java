package dev.millrace.inventory.application;

/**
 * A product whose orders cannot be handled, because an operator wants it so.
 *
 * @param sku the product
 * @param kind what the failure means for the message
 * @param message what the failure says
 */
public record Fault(String sku, Kind kind, String message) {

    /** The two kinds that the broker is told. */
    public enum Kind {
        /** The order's event goes straight to the dead letters. */
        PERMANENT,
        /** It is tried again until its attempts are exhausted, or until the fault is switched off. */
        TRANSIENT
    }
}
