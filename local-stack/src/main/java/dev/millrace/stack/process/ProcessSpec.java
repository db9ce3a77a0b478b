package dev.millrace.stack.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to run.
 *
 * @param name the name in messages and in front of log lines
 * @param command program and arguments
 * @param environment added to this process's own environment
 * @param workingDirectory where it runs; must exist
 * @param unprivileged run without root's rights, for programs that refuse to run as root
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path workingDirectory,
        boolean unprivileged) {

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** An ordinary process with the rights of this one. */
    public static ProcessSpec of(
            String name, List<String> command, Map<String, String> environment, Path workingDirectory) {
        return new ProcessSpec(name, command, environment, workingDirectory, false);
    }

    /** The same without root's rights. */
    public ProcessSpec withoutPrivileges() {
        return new ProcessSpec(name, command, environment, workingDirectory, true);
    }
}
