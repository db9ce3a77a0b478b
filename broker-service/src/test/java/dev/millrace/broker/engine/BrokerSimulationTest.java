package dev.millrace.broker.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The promises of the broker ({@link OutsideLedger}) on a machine that fails in every way that a disk, its power and the
 * process can. More seeds, or others: {@code ./millrace simulate --seeds N --seed FIRST}.
 */
class BrokerSimulationTest {

    private static final long SEEDS = Long.getLong("simulation.seeds", 2_000);
    private static final long FIRST_SEED = Long.getLong("simulation.seed", 0);
    private static final boolean ASKED_FOR = Long.getLong("simulation.seeds") != null;
    private static final long PROGRESS_NANOS = 10_000_000_000L;
    private static final int WORKLOAD_SEED = 7;

    @Test
    void promisesHoldThroughRandomFaults() {
        long snapshots = 0;
        long fullDisks = 0;
        long commits = 0;
        long replayed = 0;
        long begun = System.nanoTime();
        long shown = begun;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            Simulation simulation = new Simulation(seed);
            runShowing(seed, simulation::run);
            snapshots += simulation.hadSnapshots() ? 1 : 0;
            fullDisks += simulation.hadFullDisk() ? 1 : 0;
            commits += simulation.commits();
            replayed += simulation.replayed();
            if (ASKED_FOR && System.nanoTime() - shown > PROGRESS_NANOS) {
                shown = System.nanoTime();
                show(seed + 1 - FIRST_SEED, begun);
            }
        }
        show(SEEDS, begun);
        assertTrue(SEEDS < 100 || snapshots > SEEDS / 10, "only " + snapshots + " lives with snapshots");
        assertTrue(SEEDS < 100 || commits > SEEDS, "only " + commits + " transactions committed");
        assertTrue(SEEDS < 100 || replayed > SEEDS, "only " + replayed + " deliveries of replayed messages");
        assertTrue(SEEDS < 100 || fullDisks > 0, "no life with a full disk");
    }

    private static void show(long done, long begun) {
        System.out.printf(
                "simulation: %,d of %,d seeds from %d, %d s, all promises kept%n",
                done, SEEDS, FIRST_SEED, (System.nanoTime() - begun) / 1_000_000_000);
    }

    private static void runShowing(long seed, Runnable run) {
        try {
            run.run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " (./millrace simulate --seeds 1 --seed " + seed + "): " + e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POWER_LOSS", "ERROR_ONCE", "ERROR_FOR_GOOD"})
    void promisesHoldIfTheFaultIsAtAnyCallOfALife(Simulation.Fault fault) {
        long calls = new Simulation(WORKLOAD_SEED).callsOfALife();
        assertTrue(calls > 100, "the workload makes only " + calls + " calls");
        for (long call = 1; call <= calls; call++) {
            long at = call;
            try {
                new Simulation(WORKLOAD_SEED).run(fault, at, 1 + at % 40);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(fault + " at call " + at + " of " + calls + ": " + e.getMessage(), e);
            }
        }
    }
}
