package dev.millrace.benchmarks;

import dev.millrace.benchmarks.outbox.DatabaseLoad;
import dev.millrace.stack.LocalStack;
import dev.millrace.stack.Part;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Processor time that each process of a stack has taken, or took between two looks. Unlike a latency it hardly depends on
 * who else uses the machine, and its sum bounds the rate that the machine can take.
 *
 * @param nanos by the process' name, in the order in which they are shown
 */
record ProcessorTimes(Map<String, Long> nanos) {
    /** This process: it is the load, and the mail server that takes the e-mails. */
    private static final String LOAD = "load and mailbox";

    /**
     * Up to now.
     *
     * @param parts those of its parts that run
     * @param others processes beside the stack's own, by name
     */
    static ProcessorTimes of(LocalStack stack, Set<Part> parts, Map<String, Long> others) {
        var nanos = new LinkedHashMap<String, Long>();
        for (Part part : parts) {
            if (part != Part.MAIL) {
                nanos.put(part.id(), DatabaseLoad.processorNanos(stack.pid(part)));
            }
        }
        others.forEach((name, pid) -> nanos.put(name, DatabaseLoad.processorNanos(pid)));
        // Not its descendants, which are the stack.
        nanos.put(
                LOAD,
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos());
        return new ProcessorTimes(nanos);
    }

    /** What came to it since then. A process that is new counts from its start. */
    ProcessorTimes since(ProcessorTimes before) {
        var since = new LinkedHashMap<String, Long>();
        nanos.forEach((name, now) -> since.put(name, now - before.nanos.getOrDefault(name, 0L)));
        return new ProcessorTimes(since);
    }

    /** That of one process; 0 if there is none of this name. */
    double millis(String name) {
        return nanos.getOrDefault(name, 0L) / 1e6;
    }

    /** That of all. */
    double totalMillis() {
        return nanos.values().stream().mapToLong(Long::longValue).sum() / 1e6;
    }
}
