package dev.millrace.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.ProjectHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code millrace} script up to the point where it builds or hands over to Java. */
class ScriptTest {
    @TempDir
    private Path directory;

    private record Ended(int exitCode, String output) {}

    @Test
    void saysInOneSentenceThatTheJdkIsMissingAndWhatItFoundInstead() throws Exception {
        Path old = fakeJdk("jdk-17", "17.0.15");
        Ended ended = run(Map.of("JAVA_HOME", old.toString(), "MILLRACE_JDK_DIRS", "", "PATH", plainPath()), "up");
        assertEquals(1, ended.exitCode(), ended.output());
        assertEquals(1, ended.output().lines().count(), ended.output());
        assertTrue(ended.output().startsWith("millrace: JDK 25 or newer is needed"), ended.output());
        assertTrue(ended.output().contains("found: 17 in " + old), ended.output());
    }

    @Test
    void findsAJdkInTheUsualPlacesWhenJavaHomeIsTooOld() throws Exception {
        Path old = fakeJdk("jdk-17", "17.0.15");
        Path places = directory.resolve("places");
        Path young = fakeJdk("places/jdk-26", "26");
        executable(young.resolve("bin/java"), "echo \"ran: $*\"");
        Ended ended = run(
                Map.of("JAVA_HOME", old.toString(), "MILLRACE_JDK_DIRS", places.toString(), "PATH", plainPath()),
                "checkout",
                "--sku",
                "x y");
        assertEquals(0, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains("checkout --sku x y"), ended.output());
    }

    @Test
    void helpNeedsNoJdkAndNamesEveryCommand() throws Exception {
        Ended ended = run(Map.of("MILLRACE_JDK_DIRS", "", "PATH", plainPath()), "help");
        assertEquals(0, ended.exitCode());
        for (String command : List.of("up", "checkout", "demo", "test", "bench", "help")) {
            assertTrue(ended.output().contains("\n  " + command), command);
        }
    }

    @Test
    void refusesAnUnknownCommand() throws Exception {
        Ended ended = run(Map.of(), "grind");
        assertEquals(2, ended.exitCode());
        assertEquals("millrace: There is no command \"grind\"; ./millrace help shows what there is.\n", ended.output());
    }

    private Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(standInProject().resolve("millrace").toString());
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output.txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    /** A project with the real script, in which nothing is to be built. */
    private Path standInProject() throws IOException {
        Path project = Files.createDirectories(directory.resolve("project"));
        Path script = project.resolve("millrace");
        Files.copy(ProjectHome.find().directory().resolve("millrace"), script);
        Path jar = project.resolve("local-stack/target/local-stack-1.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "");
        return project;
    }

    private Path fakeJdk(String name, String version) throws IOException {
        Path jdk = directory.resolve(name);
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        for (String program : List.of("java", "javac")) {
            executable(jdk.resolve("bin/" + program), "exit 1");
        }
        return jdk.toRealPath();
    }

    /** The system's tools, but no java. */
    private String plainPath() throws IOException {
        Path tools = Files.createDirectories(directory.resolve("tools"));
        for (String tool : List.of(
                "bash", "cat", "dirname", "sed", "tr", "readlink", "ls", "grep", "head", "find", "mkdir", "ps", "rm")) {
            for (Path place : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                if (Files.exists(place.resolve(tool))) {
                    executable(tools.resolve(tool), "exec " + place.resolve(tool) + " \"$@\"");
                }
            }
        }
        return tools.toString();
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }
}
