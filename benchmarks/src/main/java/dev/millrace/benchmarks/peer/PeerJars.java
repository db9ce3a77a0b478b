package dev.millrace.benchmarks.peer;

import dev.millrace.stack.ProjectHome;
import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.Readiness;
import dev.millrace.stack.process.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The jars of other people's brokers, in {@code benchmarks/target/peers}. They are no part of the ordinary build: Maven
 * copies them from {@code benchmarks/peers/<name>/pom.xml} the first time that a measurement wants them.
 */
final class PeerJars {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final String STAMP = ".complete";

    private PeerJars() {}

    /** The class path with all jars of a peer; fetches them if they are not there or older than their list. */
    static String classPath(String peer) throws InterruptedException {
        Path home = ProjectHome.find().directory();
        Path list = home.resolve("benchmarks/peers").resolve(peer).resolve("pom.xml");
        Path jars = home.resolve("benchmarks/target/peers").resolve(peer);
        Path stamp = jars.resolve(STAMP);
        try {
            if (Files.notExists(stamp) || isNewer(list, stamp)) {
                fetch(peer, home, list);
                Files.writeString(stamp, "");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jars.resolve("*").toString();
    }

    private static void fetch(String peer, Path home, Path list) throws InterruptedException {
        System.out.printf("bench: fetching the jars of %s (once)%n", peer);
        List<String> command = List.of(home.resolve("mvnw").toString(), "-q", "-B", "-f", list.toString(), "package");
        var environment = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                // Maven's own libraries use what JDK 24 and later warn of.
                "MAVEN_OPTS",
                "--sun-misc-unsafe-memory-access=allow");
        try (var maven =
                ChildProcess.start(ProcessSpec.of("Maven for " + peer, command, environment, home), LineSink.NOWHERE)) {
            if (!maven.awaitExit(LIMIT) || maven.onExit().join() != 0) {
                throw new StartFailure("The jars of %s could not be fetched%s: leave it out with --peers, or run %s"
                        .formatted(peer, Readiness.lastWords(maven), String.join(" ", command)));
            }
        }
    }

    private static boolean isNewer(Path file, Path other) throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        return time.compareTo(Files.getLastModifiedTime(other)) > 0;
    }
}
