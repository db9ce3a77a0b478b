package dev.millrace.broker.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random steps with the core and with a reference that is obviously right ({@link ReferenceReader}). A failure names its
 * seed and shows the fewest of its steps that fail. More seeds, or others: {@code -Dmodel.seeds=N -Dmodel.seed=FIRST}.
 */
class BrokerModelTest {
    private static final long SEEDS = Long.getLong("model.seeds", 3_000);
    private static final long FIRST_SEED = Long.getLong("model.seed", 0);
    private static final boolean ASKED_FOR = Long.getLong("model.seeds") != null;
    /** On a machine that does a lot else, fewer seeds are enough. */
    private static final long LIMIT_NANOS = 15_000_000_000L;

    @Test
    void theCoreDoesWhatItsReferenceDoes() {
        long begun = System.nanoTime();
        long deliveries = 0;
        long seed = FIRST_SEED;
        while (seed < FIRST_SEED + SEEDS && (ASKED_FOR || System.nanoTime() - begun < LIMIT_NANOS)) {
            List<ModelStep> steps = ModelStep.sequence(new SplittableRandom(seed));
            ModelRun run = new ModelRun();
            try {
                run.run(steps);
            } catch (RuntimeException | AssertionError e) {
                throw shrunk(seed, steps);
            }
            deliveries += run.deliveries();
            seed++;
        }
        long done = seed - FIRST_SEED;
        System.out.printf(
                "model: %,d seeds from %d, %,d deliveries, %.1f s%n",
                done, FIRST_SEED, deliveries, (System.nanoTime() - begun) / 1e9);
        assertTrue(deliveries > done * 3, "only " + deliveries + " deliveries");
    }

    /** Leaves out steps, many at first, as long as it fails without them. */
    private static AssertionError shrunk(long seed, List<ModelStep> failing) {
        List<ModelStep> steps = new ArrayList<>(failing);
        for (int size = steps.size(); size > 0; size = size == 1 && removedAny(steps, 1) ? 1 : size / 2) {
            removedAny(steps, size);
        }
        Throwable failure = failureOf(steps);
        return new AssertionError(
                "seed %d (-Dmodel.seeds=1 -Dmodel.seed=%d): %s%nfewest steps:%n%s"
                        .formatted(
                                seed,
                                seed,
                                failure.getMessage(),
                                steps.stream().map(step -> "  " + step).collect(Collectors.joining("\n"))),
                failure);
    }

    private static boolean removedAny(List<ModelStep> steps, int size) {
        boolean removed = false;
        for (int from = 0; from < steps.size(); ) {
            List<ModelStep> fewer = new ArrayList<>(steps);
            fewer.subList(from, Math.min(from + size, steps.size())).clear();
            if (failureOf(fewer) == null) {
                from += size;
            } else {
                steps.clear();
                steps.addAll(fewer);
                removed = true;
            }
        }
        return removed;
    }

    private static Throwable failureOf(List<ModelStep> steps) {
        try {
            new ModelRun().run(steps);
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e;
        }
    }
}
