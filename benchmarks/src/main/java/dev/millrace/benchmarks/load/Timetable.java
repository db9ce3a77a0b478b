package dev.millrace.benchmarks.load;

/**
 * When scheduled messages are due: each at a time of its own, drawn evenly from a span.
 *
 * @param firstEpochMillis where the span begins
 * @param spreadMillis how long it is, at least 1
 * @param seed of the draws
 */
public record Timetable(long firstEpochMillis, long spreadMillis, long seed) {

    public Timetable {
        if (spreadMillis < 1) {
            throw new IllegalArgumentException("the spread cannot be " + spreadMillis + " ms");
        }
    }
}
