package dev.millrace.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.LineSink;
import dev.millrace.stack.process.ManagedProcess;
import dev.millrace.stack.process.ProcessLedger;
import dev.millrace.stack.process.ProcessSpec;
import dev.millrace.stack.process.RestartPolicy;
import dev.millrace.stack.process.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedPartTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private final RestartPolicy quick = new RestartPolicy(
            3, Duration.ofMinutes(1), Duration.ofMillis(10), Duration.ofSeconds(1), Duration.ofMinutes(5));

    @TempDir
    private Path directory;

    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final CompletableFuture<StartFailure> givenUp = new CompletableFuture<>();
    private final Shell shell = new Shell();
    private SupervisedPart part;

    @BeforeEach
    void supervise() {
        var listener = new StackListener() {
            @Override
            public void restarting(Part part, int exitCode, Duration pause) {
                pauses.add(pause);
            }
        };
        part = new SupervisedPart(Part.BROKER, shell, new ProcessLedger(directory), quick, listener, givenUp::complete);
    }

    @AfterEach
    void stop() {
        part.stop();
        assertFalse(shell.isAlive());
    }

    @Test
    void startsAPartAgainThatWasKilledFromOutside() throws Exception {
        part.startAndAwaitReady(LIMIT);
        long first = shell.process().pid();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().atMost(LIMIT).until(() -> shell.isAlive() && shell.process().pid() != first);
        assertEquals(List.of(Duration.ofMillis(10)), pauses);
    }

    @Test
    void givesUpWithASentenceAfterThreeDeathsWithinAMinute() throws Exception {
        part.startAndAwaitReady(LIMIT);
        shell.script = "echo the wheel is stuck; exit 3";
        ProcessHandle.of(shell.process().pid()).orElseThrow().destroyForcibly();
        StartFailure failure = givenUp.get(10, TimeUnit.SECONDS);
        assertEquals(
                "broker-service died 3 times within 60 s, the last time with exit code 3 (its last line: \"the wheel is"
                        + " stuck\"): see its log lines for the reason.",
                failure.getMessage());
        assertEquals(List.of(Duration.ofMillis(10), Duration.ofMillis(20)), pauses);
    }

    @Test
    void leavesAPartDeadThatWasStoppedOrKilledOnPurpose() throws Exception {
        part.startAndAwaitReady(LIMIT);
        part.kill();
        part.startAndAwaitReady(LIMIT);
        part.stop();
        assertTrue(pauses.isEmpty());
        assertFalse(givenUp.isDone());
        assertEquals(2, shell.starts);
    }

    /** A tiny real process that is ready at once. */
    private static final class Shell implements ManagedProcess {
        private volatile String script = "echo ready; exec sleep 600";
        private volatile ChildProcess process;
        private volatile int starts;

        @Override
        public String name() {
            return Part.BROKER.id();
        }

        @Override
        public void start() {
            process = ChildProcess.start(
                    ProcessSpec.of(name(), List.of("sh", "-c", script), Map.of(), Path.of("/")), LineSink.NOWHERE);
            starts++;
        }

        @Override
        public void awaitReady(Duration limit) {
            await().atMost(limit).until(() -> !process.lastLines().isEmpty());
        }

        @Override
        public void stop() {
            process.stop(LIMIT);
        }

        @Override
        public void kill() {
            process.kill();
        }

        @Override
        public ChildProcess process() {
            return process;
        }
    }
}
