package dev.millrace.benchmarks.outbox;

import org.HdrHistogram.Histogram;

/**
 * What was measured of one reader.
 *
 * @param events how many
 * @param seconds in how long
 * @param database what the server did for them, the writing included
 * @param readerNanos processor time of the reader
 * @param fromIntended latencies in ns, see {@link EventTimes}; empty where events were not timed
 * @param fromCommit the same
 */
record OutboxRun(
        long events,
        double seconds,
        DatabaseLoad database,
        long readerNanos,
        Histogram fromIntended,
        Histogram fromCommit) {

    double perSecond() {
        return events / seconds;
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
