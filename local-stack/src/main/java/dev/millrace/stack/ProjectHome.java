package dev.millrace.stack;

import dev.millrace.stack.process.StartFailure;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;

/**
 * The project's root directory, from which the parts' jars are found: {@code -Dmillrace.home}, else the nearest
 * directory above this class's jar, else above the working directory, that has the {@code broker-service} module.
 *
 * @param directory absolute
 */
public record ProjectHome(Path directory) {
    private static final String LANDMARK = "broker-service/pom.xml";

    /** @throws StartFailure if there is no such directory */
    public static ProjectHome find() {
        String configured = System.getProperty("millrace.home");
        if (configured != null) {
            return new ProjectHome(Path.of(configured).toAbsolutePath().normalize());
        }
        Path home = above(ownLocation());
        if (home == null) {
            home = above(Path.of("").toAbsolutePath());
        }
        if (home == null) {
            throw new StartFailure(
                    "The Millrace project directory was not found from here: pass it with -Dmillrace.home=DIR.");
        }
        return new ProjectHome(home);
    }

    /** The packaged application of a module; may not exist if it is not built. */
    public Path applicationJar(String module) {
        return directory.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    /** Where state goes if nobody says otherwise; survives restarts, not under version control. */
    public Path defaultData() {
        return directory.resolve("data");
    }

    private static Path above(Path start) {
        for (Path candidate = start; candidate != null; candidate = candidate.getParent()) {
            if (Files.exists(candidate.resolve(LANDMARK))) {
                return candidate;
            }
        }
        return null;
    }

    private static Path ownLocation() {
        CodeSource source = ProjectHome.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null; // some class loaders do not say
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
