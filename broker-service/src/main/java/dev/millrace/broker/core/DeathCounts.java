package dev.millrace.broker.core;

import java.util.EnumMap;
import java.util.Map;

/** How many messages a subscription gave up on since the start of this process, by reason. */
final class DeathCounts {

    private final long[] byReason = new long[Death.Reason.values().length];

    void add(Death.Reason reason) {
        byReason[reason.ordinal()]++;
    }

    /** All reasons, zeros included. */
    Map<Death.Reason, Long> counts() {
        Map<Death.Reason, Long> counts = new EnumMap<>(Death.Reason.class);
        for (Death.Reason reason : Death.Reason.values()) {
            counts.put(reason, byReason[reason.ordinal()]);
        }
        return counts;
    }
}
