package dev.millrace.stack;

import dev.millrace.stack.process.ProcessLedger;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A stack that runs on a data directory, seen by another program: where its parts are, and a hand on their processes.
 * Thread-safe.
 */
public final class RunningStack {
    private final Ports ports;
    private final ProcessLedger processes;

    private RunningStack(Ports ports, ProcessLedger processes) {
        this.ports = ports;
        this.processes = processes;
    }

    /** The one on this data directory; empty if none runs there. */
    public static Optional<RunningStack> on(Path data) {
        Path directory = data.toAbsolutePath().normalize();
        return DataDirectory.portsOfRunningStack(directory)
                .map(ports -> new RunningStack(ports, new ProcessLedger(DataDirectory.processes(directory))));
    }

    /** Where its parts listen. */
    public Ports ports() {
        return ports;
    }

    /**
     * SIGKILL for a part; a supervised stack starts it again.
     *
     * @return its process id; empty if it does not run, or is no process of its own
     */
    public Optional<Long> kill(Part part) {
        Optional<ProcessHandle> process = processes.running(part.id());
        process.ifPresent(ProcessHandle::destroyForcibly);
        return process.map(ProcessHandle::pid);
    }
}
