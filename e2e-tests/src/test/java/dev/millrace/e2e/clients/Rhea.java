package dev.millrace.e2e.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** rhea, as its lock file names it, installed into the build's own directory. */
final class Rhea {
    private static final Path SCRIPTS = Programs.scripts().resolve("rhea");
    private static final Path INSTALLED = Programs.target().resolve("clients/rhea");
    private static final List<String> MANIFEST = List.of("package.json", "package-lock.json", ".npmrc");
    private static final Optional<String> MISSING = install();

    private Rhea() {}

    /** What to install; empty if all is there. */
    static Optional<String> whatIsMissing() {
        return MISSING;
    }

    static ProcessBuilder process() {
        var builder = new ProcessBuilder("node", SCRIPTS.resolve("client.js").toString());
        builder.environment().put("NODE_PATH", INSTALLED.resolve("node_modules").toString());
        return builder;
    }

    private static Optional<String> install() {
        for (String program : List.of("node", "npm")) {
            if (Programs.output(List.of(program, "--version")).isEmpty()) {
                return Optional.of(
                        "install Node.js 18 or newer and npm (Debian and Ubuntu: apt-get install nodejs npm); %s is not on the path"
                                .formatted(program));
            }
        }
        try {
            if (isInstalled()) {
                return Optional.empty();
            }
            Files.createDirectories(INSTALLED);
            for (String file : MANIFEST) {
                Files.copy(SCRIPTS.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", INSTALLED.toString());
        return Programs.output(command).isPresent()
                ? Optional.empty()
                : Optional.of("rhea cannot be installed; see what this says: " + String.join(" ", command));
    }

    /** Whether what is installed is what the lock file names now. */
    private static boolean isInstalled() throws IOException {
        return Files.isDirectory(INSTALLED.resolve("node_modules/rhea"))
                && Files.mismatch(SCRIPTS.resolve("package-lock.json"), INSTALLED.resolve("package-lock.json")) < 0;
    }
}
