package dev.millrace.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.e2e.system.EndToEndTest;
import dev.millrace.e2e.system.Millrace;
import dev.millrace.stack.demo.Demo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demonstrations of {@code ./millrace demo}, as a person starts them: each goes through, and says so. */
@EndToEndTest
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class DemosTest {
    private static final int LIMIT_MINUTES = 5;

    private final Millrace system;

    @TempDir
    private Path directory;

    DemosTest(Millrace system) {
        this.system = system;
    }

    private record Ended(int exitCode, String output) {
        List<String> checks() {
            return output.lines()
                    .map(String::strip)
                    .filter(line -> line.startsWith("OK ") || line.startsWith("FAILED "))
                    .toList();
        }
    }

    /** @param checks how many promises it looks at */
    @ParameterizedTest
    @CsvSource({"POISON, 8", "DUPLICATE, 6", "SLOW_CONSUMER, 5"})
    void showsWithTheSystemThatRuns(Demo demo, int checks) throws Exception {
        Assumptions.assumeTrue(system.data().isPresent(), "the system was not started by these tests");

        Ended ended = run(demo.label(), "--data", system.data().orElseThrow().toString());

        assertTrue(ended.output().startsWith("With the system that takes its orders on "), ended.output());
        assertPassed(ended, checks);
    }

    /** Where it may kill: nobody starts the parts of these tests' system again. */
    @Test
    void killsPartsOfASystemOfItsOwn() throws Exception {
        Assumptions.assumeTrue(system.data().isPresent(), "the system was not started by these tests");

        Ended ended = run(Demo.CRASH_BROKER.label(), Demo.CRASH_RELAY.label(), "--fresh");

        assertTrue(ended.output().startsWith("Starting a system of its own"), ended.output());
        assertPassed(ended, 5 + 6);
    }

    @Test
    void withoutANameItListsWhatThereIs() throws Exception {
        Ended ended = run();

        assertEquals(0, ended.exitCode(), ended.output());
        List<String> lines = ended.output().lines().toList();
        assertEquals(Demo.values().length, lines.size(), ended.output());
        for (Demo demo : Demo.values()) {
            assertTrue(lines.get(demo.ordinal()).matches(" +" + demo.label() + " +" + demo.summary()), ended.output());
        }
    }

    @Test
    void anUnknownNameIsRefused() throws Exception {
        Ended ended = run("grind");

        assertEquals(2, ended.exitCode(), ended.output());
        assertTrue(ended.output().contains("There is no demo \"grind\"; there are: poison, "), ended.output());
    }

    private static void assertPassed(Ended ended, int checks) {
        assertEquals(0, ended.exitCode(), ended.output());
        assertEquals(checks, ended.checks().size(), ended.output());
        assertTrue(ended.checks().stream().allMatch(check -> check.startsWith("OK ")), ended.output());
        assertFalse(ended.output().contains("\u001b"), "colours where there is no terminal");
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dmillrace.home=" + System.getProperty("millrace.home"),
                "-cp",
                System.getProperty("java.class.path"),
                "dev.millrace.stack.cli.Millrace",
                "demo"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
            String told = Files.readString(output, StandardCharsets.UTF_8);
            assertTrue(ended, () -> "not through after " + LIMIT_MINUTES + " minutes: " + told);
            return new Ended(process.exitValue(), told);
        } finally {
            process.destroy();
        }
    }
}
