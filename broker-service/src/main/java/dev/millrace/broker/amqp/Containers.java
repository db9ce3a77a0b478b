package dev.millrace.broker.amqp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.proton.amqp.Symbol;

/**
 * Which containers have open connections. One that wants to be its container's only connection (capability {@code
 * sole-connection-for-container}, as JMS clients with a client id do) is refused while there is another. Thread-safe;
 * bounded by the connections.
 */
final class Containers {

    private static final Symbol SOLE = Symbol.valueOf("sole-connection-for-container");

    private final Map<String, Integer> connections = new HashMap<>();

    /** Counts a connection in; answers false, and does not, if it wants to be alone and would not be. */
    synchronized boolean enter(String container, Symbol[] desired) {
        boolean alone = desired != null && Arrays.asList(desired).contains(SOLE);
        if (alone && connections.containsKey(container)) {
            return false;
        }
        connections.merge(container, 1, Integer::sum);
        return true;
    }

    /** Counts a connection out. */
    synchronized void leave(String container) {
        connections.computeIfPresent(container, (name, count) -> count == 1 ? null : count - 1);
    }
}
