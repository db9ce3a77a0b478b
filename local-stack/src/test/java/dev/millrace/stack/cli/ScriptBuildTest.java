package dev.millrace.stack.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the {@code millrace} script has built, and when; Maven and Java are scripts here that write down their calls. */
class ScriptBuildTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<String> MODULES = List.of(
            "local-stack",
            "broker-service",
            "order-service",
            "inventory-service",
            "notification-service",
            "outbox-relay",
            "reliable-messaging");

    @TempDir
    private Path directory;

    @TempDir
    private Path jdk;

    /** With a space, which scripts like to stumble over. */
    private Path project;

    @BeforeEach
    void everythingIsBuilt() throws IOException {
        project = Files.createDirectory(directory.resolve("mill race"));
        Files.copy(ProjectHome.find().directory().resolve("millrace"), project.resolve("millrace"));
        write("pom.xml", "");
        for (String module : MODULES) {
            write(module + "/pom.xml", "");
            write(module + "/src/main/java/Source.java", "");
        }
        maven("exit 0");
        executable(jdk.resolve("bin/java"), "echo \"java $*\"");
        executable(jdk.resolve("bin/javac"), "exit 1");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        age(project, Instant.now().minusSeconds(60));
        for (String module : MODULES) {
            write(productOf(module), "");
        }
    }

    @Test
    void buildsNothingWhenNothingHasChanged() throws Exception {
        assertEquals(0, exitCodeOf("up"));
        assertEquals("", calls());
        assertTrue(output().contains("java ") && output().contains(" up"), output());
    }

    @Test
    void buildsWhatIsMissingAndWhatIsOlderThanItsSources() throws Exception {
        Files.delete(project.resolve(productOf("outbox-relay")));
        write("broker-service/src/main/java/New.java", "");
        age(project.resolve("broker-service/src/main/java"), Instant.now().plusSeconds(5));
        assertEquals(0, exitCodeOf("up"));
        assertTrue(calls().contains("-pl broker-service,outbox-relay -am package"), calls());
        assertTrue(output().contains("millrace: building broker-service [2/8]"), output());
        assertTrue(output().contains("-Dmillrace.build.seconds="), output());
    }

    @Test
    void buildsTheServicesWhenTheLibraryThatTheyShareHasChanged() throws Exception {
        age(
                project.resolve("reliable-messaging/src/main/java/Source.java"),
                Instant.now().plusSeconds(5));
        assertEquals(0, exitCodeOf("up"));
        assertTrue(calls().contains("-pl order-service,inventory-service,notification-service -am"), calls());
    }

    @Test
    void buildsOnlyWhatOneCommandNeeds() throws Exception {
        Files.delete(project.resolve(productOf("order-service")));
        assertEquals(0, exitCodeOf("up", "--only", "broker"));
        assertEquals(0, exitCodeOf("checkout"));
        assertEquals("", calls());
    }

    @Test
    void doesNotBuildTheSameAgainWhenMavenLeftAJarAlone() throws Exception {
        age(
                project.resolve("local-stack/src/main/java/Source.java"),
                Instant.now().minusSeconds(1));
        age(project.resolve(productOf("local-stack")), Instant.now().minusSeconds(30));
        assertEquals(0, exitCodeOf("up"));
        assertTrue(calls().contains("-pl local-stack -am"), calls());
        Files.delete(project.resolve("calls.txt"));
        assertEquals(0, exitCodeOf("up"));
        assertEquals("", calls());
    }

    @Test
    void endsWithOneSentenceWhenTheBuildFails() throws Exception {
        Files.delete(project.resolve(productOf("order-service")));
        maven("echo '[ERROR] no such symbol'; exit 1");
        assertEquals(1, exitCodeOf("up"));
        assertTrue(output().contains("[ERROR] no such symbol"), output());
        assertTrue(output().lines().toList().getLast().startsWith("millrace: The build failed"), output());
        assertFalse(output().contains("java "), "nothing was started");
    }

    @Test
    void endsTheBuildOnSigterm() throws Exception {
        Files.delete(project.resolve(productOf("order-service")));
        maven("echo $$ >pid.txt; exec sleep 600");
        Process script = start("up");
        Path pid = project.resolve("pid.txt");
        await().atMost(LIMIT)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        ProcessHandle maven =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        try {
            script.destroy();
            assertTrue(script.waitFor(20, TimeUnit.SECONDS));
            assertEquals(143, script.exitValue(), output());
            assertFalse(maven.isAlive());
        } finally {
            maven.destroyForcibly();
        }
    }

    @Test
    void runsAllTestsAndPassesOptionsOn() throws Exception {
        assertEquals(0, exitCodeOf("test", "-pl", "broker-service"));
        assertTrue(calls().contains("verify -pl broker-service"), calls());
        maven("exit 1");
        assertEquals(1, exitCodeOf("test"));
        assertTrue(output().contains("Not everything passed"), output());
    }

    private int exitCodeOf(String... arguments) throws IOException, InterruptedException {
        Process script = start(arguments);
        assertTrue(script.waitFor(20, TimeUnit.SECONDS));
        return script.exitValue();
    }

    private Process start(String... arguments) throws IOException {
        var builder = new ProcessBuilder(project.resolve("millrace").toString());
        builder.command().addAll(List.of(arguments));
        builder.directory(project.toFile());
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.redirectErrorStream(true)
                .redirectOutput(project.resolve("output.txt").toFile());
        return builder.start();
    }

    private String output() throws IOException {
        return Files.readString(project.resolve("output.txt"));
    }

    private String calls() throws IOException {
        Path calls = project.resolve("calls.txt");
        return Files.exists(calls) ? Files.readString(calls) : "";
    }

    /** A build that writes down what it is asked for, says one line like Maven's and ends like this. */
    private void maven(String end) throws IOException {
        executable(
                project.resolve("mvnw"),
                "cd '" + project + "'; echo \"$*\" >>calls.txt; "
                        + "echo '[INFO] Building Millrace :: broker-service 1.0.0-SNAPSHOT   [2/8]'; " + end);
    }

    private static String productOf(String module) {
        return module.equals("local-stack")
                ? "local-stack/target/local-stack-1.0.0-SNAPSHOT.jar"
                : module + "/target/quarkus-app/quarkus-run.jar";
    }

    private void write(String path, String content) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** Sets the time of a file, or of a directory and all in it. */
    private static void age(Path root, Instant time) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                Files.setLastModifiedTime(path, FileTime.from(time));
            }
        }
    }

    private static void executable(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }
}
