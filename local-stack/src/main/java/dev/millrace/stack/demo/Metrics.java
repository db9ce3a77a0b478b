package dev.millrace.stack.demo;

import dev.millrace.stack.PartsHttp;
import dev.millrace.stack.Port;
import java.util.OptionalDouble;

/** What a part counts of itself, as Prometheus reads it. Thread-safe. */
final class Metrics {
    private final PartsHttp http;
    private final Port port;

    Metrics(DemoSystem system, Port port) {
        this.http = system.http();
        this.port = port;
    }

    /**
     * The sum of all series of a metric.
     *
     * @param label for example {@code consumer="emails"}; empty: any
     * @return 0 if there is none
     */
    double sum(String metric, String label) throws InterruptedException {
        return http.get(port, "/q/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The same; empty if the part does not answer. */
    OptionalDouble ifAnswered(String metric) throws InterruptedException {
        try {
            return OptionalDouble.of(sum(metric, ""));
        } catch (PartsHttp.NoAnswerException e) {
            return OptionalDouble.empty();
        }
    }
}
