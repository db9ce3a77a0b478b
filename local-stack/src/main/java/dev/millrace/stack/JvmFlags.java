package dev.millrace.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The Java flags of each application, all in this one place. Small heaps and the serial collector: five JVMs share one
 * machine, often with two cores, and each keeps little on its heap. {@code <MODULE>_JAVA_OPTS} (for example
 * {@code BROKER_SERVICE_JAVA_OPTS}) appends flags of one's own, which win.
 */
final class JvmFlags {
    private static final List<String> COMMON = List.of(
            "-XX:+UseSerialGC",
            // Less code to verify and no counters file: both only cost time at the start.
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError", // a half-dead part is worse than one that is started again
            "--enable-native-access=ALL-UNNAMED",
            // Netty looks for its fast paths there; without the flag the JVM prints a warning.
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Duser.timezone=UTC");

    /**
     * The quick compiler alone. With five young JVMs on two cores the optimising one, and the profiling that it needs,
     * cost more than they bring back at the load of a demonstration: measured at 20 orders/s right after a start, the
     * median to CONFIRMED is 2.4 s instead of 11.5 s in the first half minute and 39 ms instead of 53 ms in the second,
     * and the start itself is 4 s shorter. For a lasting load near the limit, measure with and without.
     */
    private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    private JvmFlags() {}

    /** @param environment where the part's own flags are looked up */
    static List<String> of(Part part, Map<String, String> environment) {
        var flags = new ArrayList<>(COMMON);
        if (part != Part.BROKER) { // small, and its hot path is worth optimising
            flags.add(QUICK_COMPILER);
        }
        flags.addAll(ofPart(part));
        String own = environment.get(variable(part));
        if (own != null && !own.isBlank()) {
            flags.addAll(List.of(own.strip().split("\\s+")));
        }
        return flags;
    }

    /** The variable that appends flags. */
    static String variable(Part part) {
        return part.id().toUpperCase(Locale.ROOT).replace('-', '_') + "_JAVA_OPTS";
    }

    private static List<String> ofPart(Part part) {
        return switch (part) {
            // Payload cache and index of waiting messages.
            case BROKER -> List.of("-Xms64m", "-Xmx512m");
            // Hibernate's model and the connection pool take the most; an order is small.
            case ORDER, INVENTORY, NOTIFICATION -> List.of("-Xms64m", "-Xmx256m");
            // Three Debezium engines, each with a bounded queue of rows.
            case RELAY -> List.of("-Xms64m", "-Xmx320m");
            case POSTGRES, MAIL -> throw new IllegalArgumentException(part + " is no Java application of ours");
        };
    }
}
