package dev.millrace.benchmarks.peer;

import dev.millrace.benchmarks.load.Meter;
import dev.millrace.benchmarks.load.Traffic;
import dev.millrace.benchmarks.load.Workload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A broker that is measured. It runs as a process of its own on free ports of the loopback address. To be used by one
 * thread, {@link #close} by any.
 */
public interface Peer extends AutoCloseable {

    /** Its name on the command line and in tables. */
    String name();

    /** Why it cannot be measured on this machine, in a few words; empty if it can. */
    default Optional<String> missing() {
        return Optional.empty();
    }

    /** In one line what it runs with: version, heap, and how it syncs. */
    String settings();

    /**
     * Starts it empty and returns when clients can connect.
     *
     * @param directory its own, empty, on the disk that is measured
     * @throws dev.millrace.stack.process.StartFailure if it does not start; the message is one sentence
     */
    void start(Path directory) throws InterruptedException;

    /** Kills it, starts it on the same data, and returns how long it took from the start until clients can connect. */
    Duration killAndStart() throws InterruptedException;

    /** Connects clients to it. */
    Traffic connect(Workload workload, Meter meter) throws InterruptedException;

    /** Its process. */
    long pid();

    /** Syncs of its log since its start, if it counts them. */
    default OptionalDouble syncs() {
        return OptionalDouble.empty();
    }

    /** Whether messages that nobody consumed make it slower later, so that they have to be consumed between rounds. */
    default boolean isSlowedByBacklog() {
        return true;
    }

    /** Whether it can do this at all. */
    default boolean canTake(Workload workload) {
        return workload.isPlain();
    }

    /** Stops it; its directory stays. */
    @Override
    void close();
}
