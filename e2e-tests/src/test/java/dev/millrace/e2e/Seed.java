package dev.millrace.e2e;

import java.util.SplittableRandom;

/** Randomness that can be had again: {@code -DE2E_SEED=…} with the number that a failure names. */
public record Seed(long value) {

    /** The given one, or a new one; printed. */
    public static Seed next() {
        String given = System.getProperty("E2E_SEED", System.getenv("E2E_SEED"));
        var seed = new Seed(given != null ? Long.parseLong(given) : new SplittableRandom().nextLong());
        System.out.println(seed);
        return seed;
    }

    /** A new source of numbers that this seed gives. */
    public SplittableRandom random() {
        return new SplittableRandom(value);
    }

    @Override
    public String toString() {
        return "seed " + value + " (repeat with -DE2E_SEED=" + value + ")";
    }
}
