package dev.millrace.benchmarks.broker;

import dev.millrace.benchmarks.peer.MillracePeer;
import java.util.Locale;
import java.util.Map;

/**
 * How fast Millrace is to be beside another.
 *
 * @param peer the other one's name
 * @param atLeast how many times its rate
 */
record Goal(String peer, double atLeast) {

    /** Whether it is reached, in a line; says so if one of the two was not measured. */
    String describe(Map<String, Double> rates) {
        String goal = String.format(Locale.ROOT, "goal: at least %s x %s: ", atLeast, peer);
        double ratio = rates.getOrDefault(MillracePeer.NAME, Double.NaN) / rates.getOrDefault(peer, Double.NaN);
        if (Double.isNaN(ratio)) {
            return goal + "not measured";
        }
        return goal + (ratio >= atLeast ? "reached" : "missed") + String.format(Locale.ROOT, " (%.2f)", ratio);
    }
}
