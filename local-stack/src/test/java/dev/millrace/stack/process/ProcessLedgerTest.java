package dev.millrace.stack.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLedgerTest {
    private static final Duration LIMIT = Duration.ofMillis(300);

    @TempDir
    private Path directory;

    private ProcessLedger ledger;
    private ChildProcess child;

    @BeforeEach
    void remember() {
        ledger = new ProcessLedger(directory);
        child = ChildProcess.start(
                ProcessSpec.of("mill", List.of("sleep", "600"), Map.of(), Path.of("/")), LineSink.NOWHERE);
        ledger.started(child);
    }

    @AfterEach
    void kill() {
        child.kill();
    }

    @Test
    void endsWhatAKilledStackLeftRunning() {
        assertEquals(List.of("mill"), new ProcessLedger(directory).endLeftovers(LIMIT));
        assertFalse(child.isAlive());
        assertEquals(List.of(), new ProcessLedger(directory).endLeftovers(LIMIT));
    }

    @Test
    void leavesAProcessAloneThatHasTheIdOfOneOfOursByChance() throws Exception {
        Path file = directory.resolve("mill.pid");
        String anHourBefore = Instant.now().minusSeconds(3_600).toString();
        Files.writeString(file, child.pid() + "\n" + anHourBefore + "\n");
        assertEquals(List.of(), ledger.endLeftovers(LIMIT));
        assertTrue(child.isAlive());
        assertFalse(Files.exists(file));
    }

    @Test
    void forgetsWhatHasEnded() {
        ledger.ended("mill");
        assertEquals(List.of(), ledger.endLeftovers(LIMIT));
        assertTrue(child.isAlive());
    }
}
