package dev.millrace.benchmarks.peer;

import java.util.Arrays;
import java.util.List;

/** How a Java process was started, as the operating system tells. */
final class ProcessFlags {
    private ProcessFlags() {}

    /** Its flags for heap and collector; empty where the operating system does not tell. */
    static List<String> of(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().arguments())
                .map(arguments -> Arrays.stream(arguments)
                        .takeWhile(argument -> !argument.equals("-jar") && !argument.equals("-cp"))
                        .filter(argument -> argument.startsWith("-Xm") || argument.matches("-XX:\\+Use.*GC"))
                        .toList())
                .orElse(List.of());
    }
}
