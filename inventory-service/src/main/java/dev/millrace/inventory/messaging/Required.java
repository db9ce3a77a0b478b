package dev.millrace.inventory.messaging;

/** The one check every event needs: JSON can leave out what a record's reader relies on. */
final class Required {

    private Required() {}

    static <T> T field(String name, T value) {
        if (value == null) {
            throw new IllegalArgumentException("the event has no " + name);
        }
        return value;
    }
}
