package dev.millrace.order.messaging;

/** Checks of consumed records. */
final class Fields {

    private Fields() {}

    static void require(Object value, String field) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
    }
}
