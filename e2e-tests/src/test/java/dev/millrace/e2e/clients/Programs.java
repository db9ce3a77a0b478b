package dev.millrace.e2e.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Programs of this machine, and where the scripts for them are. */
final class Programs {
    private static final long LIMIT_SECONDS = 120;
    private static final Path MODULE = Path.of(System.getProperty("millrace.home", ".."), "e2e-tests")
            .toAbsolutePath()
            .normalize();

    private Programs() {}

    static Path scripts() {
        return MODULE.resolve("src/test/clients");
    }

    static Path target() {
        return MODULE.resolve("target");
    }

    /** What a program says; empty if it is not there or does not succeed. */
    static Optional<String> output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
