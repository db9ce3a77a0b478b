package dev.millrace.e2e.clients;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Qpid Proton as the operating system brings it, so with the operating system's Python, whichever else is on the path. */
final class Proton {
    private static final String PYTHON = "/usr/bin/python3";
    private static final Optional<String> MISSING =
            Programs.output(List.of(PYTHON, "-c", "import proton")).isPresent()
                    ? Optional.empty()
                    : Optional.of("install Qpid Proton for %s (Debian and Ubuntu: apt-get install python3-qpid-proton)"
                            .formatted(PYTHON));

    private Proton() {}

    /** What to install; empty if all is there. */
    static Optional<String> whatIsMissing() {
        return MISSING;
    }

    static ProcessBuilder process() {
        Path script = Programs.scripts().resolve("proton/client.py");
        // Python leaves its compiled modules beside the sources otherwise.
        return new ProcessBuilder(PYTHON, "-B", script.toString());
    }
}
