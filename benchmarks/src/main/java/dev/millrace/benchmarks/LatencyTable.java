package dev.millrace.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;

/** Latencies, one row for each thing that took time, printed in milliseconds. Thread-safe while it is filled. */
final class LatencyTable {
    private static final long MAX_MICROS = 3_600_000_000L;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Map<String, Histogram> rows = new LinkedHashMap<>();

    /** A row; they are printed in the order in which they were asked for first. */
    synchronized Histogram row(String name) {
        return rows.computeIfAbsent(name, any -> new SynchronizedHistogram(MAX_MICROS, SIGNIFICANT_DIGITS));
    }

    /** Adds one latency; longer ones than an hour count as an hour. */
    void record(String row, long nanos) {
        row(row).recordValue(Math.clamp(nanos / 1_000, 0, MAX_MICROS));
    }

    /** A percentile in milliseconds; NaN if the row is empty. */
    double millis(String row, double percentile) {
        Histogram histogram = row(row);
        return histogram.getTotalCount() == 0
                ? Double.NaN
                : histogram.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    /** The table with its head. */
    synchronized String print() {
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
        var text = new StringBuilder();
        text.append(("%-" + Math.max(width, 13) + "s %8s %9s %9s %9s %9s%n")
                .formatted("latency in ms", "count", "p50", "p90", "p99", "max"));
        rows.forEach((name, histogram) -> text.append(("%-" + Math.max(width, 13) + "s %8d %9s %9s %9s %9s%n")
                .formatted(
                        name,
                        histogram.getTotalCount(),
                        cell(millis(name, 50)),
                        cell(millis(name, 90)),
                        cell(millis(name, 99)),
                        cell(millis(name, 100)))));
        return text.toString();
    }

    private static String cell(double millis) {
        return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.1f", millis);
    }
}
