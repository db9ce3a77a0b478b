package dev.millrace.broker.core;

/** Where a subscription starts to read its topic. */
public sealed interface StartAt {

    /** At the oldest message that is kept. */
    record Earliest() implements StartAt {}

    /** Behind the newest message. */
    record Latest() implements StartAt {}

    /** At the newest message; behind it if there is none. */
    record Newest() implements StartAt {}

    /** At this offset; at the oldest message that is kept if that one is behind it. */
    record Offset(long offset) implements StartAt {}

    /** At the first message that the broker took at this time (epoch milliseconds) or later. */
    record Instant(long millis) implements StartAt {}

    StartAt EARLIEST = new Earliest();
    StartAt LATEST = new Latest();
    StartAt NEWEST = new Newest();
}
