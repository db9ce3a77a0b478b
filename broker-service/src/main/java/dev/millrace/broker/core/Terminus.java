package dev.millrace.broker.core;

/**
 * Where a link starts or ends.
 *
 * @param address as the peer wrote it; null for a publisher that names the destination with each message
 * @param kind what to create if nothing of that name exists: {@link Kind#TOPIC} where the peer asked for one
 */
public record Terminus(String address, Kind kind) {

    /** What the peer said of the node's kind. */
    public enum Kind {
        /** Nothing was said; an unknown name becomes a queue. */
        ANY,
        QUEUE,
        TOPIC
    }
}
