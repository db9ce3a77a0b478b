package dev.millrace.relay.publish;

/** How the publisher gets on. {@code detail} is for people. */
public record PublisherHealth(Kind kind, String detail) {
    /** In order of precedence. */
    public enum Kind {
        /** Not connected. */
        NO_BROKER,
        /** Connected, but the broker refused messages for now; they are sent again. */
        REFUSED,
        /** Connected, but a destination gives no credit. */
        NO_CREDIT,
        /** Connected, and nothing is held up. */
        OK
    }

    /** Nothing to report. */
    public static PublisherHealth ok() {
        return new PublisherHealth(Kind.OK, "streaming, broker connected");
    }
}
