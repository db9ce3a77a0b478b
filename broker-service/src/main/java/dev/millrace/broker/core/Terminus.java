package dev.millrace.broker.core;

/**
 * Where a link starts or ends.
 *
 * @param address as the peer wrote it; null for a publisher that names the destination with each message, for a consumer
 *     that looks for its subscription by name alone, and for what is temporary
 * @param kind what to create if nothing of that name exists: {@link Kind#TOPIC} where the peer asked for one
 */
public record Terminus(String address, Kind kind) {

    /** What the peer said of the node's kind. */
    public enum Kind {
        /** Nothing was said; an unknown name becomes a queue. */
        ANY,
        QUEUE,
        TOPIC,
        /** A new queue that goes with the link; it has no address yet. */
        TEMPORARY_QUEUE,
        /** A new topic that goes with the link; it has no address yet. */
        TEMPORARY_TOPIC;

        boolean isTemporary() {
            return this == TEMPORARY_QUEUE || this == TEMPORARY_TOPIC;
        }
    }
}
