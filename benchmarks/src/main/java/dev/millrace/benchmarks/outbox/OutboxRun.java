package dev.millrace.benchmarks.outbox;

import org.HdrHistogram.Histogram;

/**
 * What was measured of one reader.
 *
 * @param events how many
 * @param seconds in how long
 * @param secondsToFirst how much of that had passed when the first one was there
 * @param database what the server did for them, the writing included
 * @param readerNanos processor time of the reader
 * @param stolenPercent of the processors' time, what the machine's host gave to others
 * @param fromIntended latencies in ns, see {@link EventTimes}; empty where events were not timed
 * @param fromCommit the same
 */
record OutboxRun(
        long events,
        double seconds,
        double secondsToFirst,
        DatabaseLoad database,
        long readerNanos,
        double stolenPercent,
        Histogram fromIntended,
        Histogram fromCommit) {

    double perSecond() {
        return events / seconds;
    }

    /** From the first event to the last: without what a reader needs to begin. */
    double perSecondFlowing() {
        return events / (seconds - secondsToFirst);
    }

    double databaseMicrosPerEvent() {
        return database.processorNanos() / 1e3 / events;
    }

    double readerMicrosPerEvent() {
        return readerNanos / 1e3 / events;
    }

    double walBytesPerEvent() {
        return (double) database.walBytes() / events;
    }

    double commitsPerEvent() {
        return (double) database.commits() / events;
    }
}
