package dev.millrace.benchmarks.broker;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one round of one broker gave. NaN stands for what is not known.
 *
 * @param published messages acknowledged per second
 * @param delivered messages delivered per second
 * @param syncsPerMessage syncs of the broker's log for each message acknowledged
 * @param brokerMicros processor time of the broker for each message, in microseconds
 * @param clientMicros processor time of this process, the load, for each message, in microseconds
 * @param stolenPercent of the processors' time, what the machine's host gave to others
 */
record Sample(
        double published,
        double delivered,
        double syncsPerMessage,
        double brokerMicros,
        double clientMicros,
        double stolenPercent) {

    /** The median of each number for itself. */
    static Sample median(List<Sample> samples) {
        return new Sample(
                median(samples, Sample::published),
                median(samples, Sample::delivered),
                median(samples, Sample::syncsPerMessage),
                median(samples, Sample::brokerMicros),
                median(samples, Sample::clientMicros),
                median(samples, Sample::stolenPercent));
    }

    /** The middle one of the numbers, or the mean of the two in the middle; NaN if there are none. */
    static double median(List<Sample> samples, ToDoubleFunction<Sample> number) {
        double[] sorted = samples.stream().mapToDouble(number).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[middle]
                : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
    }
}
