package dev.millrace.benchmarks.broker;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Latencies in ns, as tables show them: in ms. */
public final class Latencies {
    private static final double NANOS_PER_MILLI = 1e6;

    private Latencies() {}

    /** An empty histogram. */
    public static Histogram none() {
        return new Histogram(TimeUnit.HOURS.toNanos(1), 3);
    }

    /** A percentile in ms; NaN if there is nothing in it. */
    public static double millis(Histogram latencies, double percentile) {
        return latencies.getTotalCount() == 0
                ? Double.NaN
                : latencies.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }

    /** The same for a table's cell. */
    public static String cell(Histogram latencies, double percentile) {
        return TextTable.number(millis(latencies, percentile), 2);
    }
}
