package dev.millrace.stack.process;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private ChildProcess child;

    @AfterEach
    void kill() {
        if (child != null && child.isAlive()) {
            child.kill();
        }
    }

    @Test
    void passesOnBothOutputsLineByLineAndThenTheExitCode() {
        start("echo one; echo two >&2; printf three; exit 5");
        assertEquals(5, child.onExit().join());
        assertEquals(List.of("one", "two", "three"), lines);
    }

    @Test
    void cutsALineWithoutAnEndAndKeepsOnlyTheLastLines() {
        start("head -c 100000 /dev/zero | tr '\\0' x; echo; i=0; while [ $i -lt 100 ]; do echo $i; i=$((i+1)); done");
        child.onExit().join();
        assertEquals(OutputPump.MAX_LINE_LENGTH, lines.getFirst().length());
        assertEquals(OutputPump.KEPT_LINES, child.lastLines().size());
        assertEquals("99", child.lastLines().getLast());
    }

    @Test
    void killsOneThatIgnoresTheRequestToStopTogetherWithItsChildren() {
        start("trap '' TERM INT; sleep 600 & echo $!; while :; do wait; done");
        await().atMost(LONG).until(() -> !lines.isEmpty());
        Optional<ProcessHandle> grandchild = ProcessHandle.of(Long.parseLong(lines.getFirst()));
        assertTrue(grandchild.orElseThrow().isAlive());
        long before = System.nanoTime();
        child.stop(Duration.ofMillis(200));
        assertTrue(System.nanoTime() - before >= Duration.ofMillis(200).toNanos(), "it had its time");
        assertFalse(child.isAlive());
        await().atMost(LONG).until(() -> !grandchild.get().isAlive());
    }

    @Test
    void stopsWithTheSignalThatWasAskedFor() {
        // A shell cannot trap what was ignored before it began, as SIGINT is in a build that runs in the background.
        start("exec env --default-signal=INT sh -c \"trap 'echo interrupted; exit 4' INT;"
                + " echo up; while :; do sleep 0.1; done\"");
        await().atMost(LONG).until(() -> lines.contains("up"));
        child.interrupt(LONG);
        assertEquals(4, child.onExit().join());
        assertTrue(lines.contains("interrupted"), lines.toString());
    }

    @Test
    void hearsTheLastWordsOfOneThatIsAskedToStop() {
        start("trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.1; done");
        await().atMost(LONG).until(() -> lines.contains("up"));
        child.stop(LONG);
        assertEquals(List.of("up", "goodbye"), lines);
    }

    @Test
    void saysWhichProgramIsMissing() {
        // The wrapper that gives it a session of its own reports it as exit code 127, as a shell does.
        var spec = ProcessSpec.of("mill", List.of("/no/such/program"), Map.of(), Path.of("/"));
        try {
            child = ChildProcess.start(spec, lines::add);
            assertEquals(127, child.onExit().join());
            assertTrue(lines.toString().contains("/no/such/program"), lines.toString());
        } catch (StartFailure e) {
            assertTrue(e.getMessage().contains("/no/such/program"), e.getMessage());
        }
    }

    @Test
    void readinessTellsDeadFromLate() throws InterruptedException {
        start("echo because; exit 6");
        var dead = assertThrows(StartFailure.class, () -> Readiness.await(child, () -> false, () -> "", LONG));
        assertTrue(dead.getMessage().contains("exit code 6 while it was starting (its last line: \"because\")"));
        start("exec sleep 600");
        var late = assertThrows(
                StartFailure.class, () -> Readiness.await(child, () -> false, () -> "rain", Duration.ofMillis(50)));
        assertTrue(late.getMessage().contains("not ready after 0 s (it waits for rain)"), late.getMessage());
        Readiness.await(child, () -> true, () -> "", LONG);
    }

    private void start(String script) {
        child = ChildProcess.start(
                ProcessSpec.of("mill", List.of("sh", "-c", script), Map.of(), Path.of("/")), lines::add);
    }
}
