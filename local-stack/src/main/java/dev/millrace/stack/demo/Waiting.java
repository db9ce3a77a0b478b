package dev.millrace.stack.demo;

import java.time.Duration;
import java.util.Optional;

/** Waits for what will be seen sooner or later. */
final class Waiting {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private Waiting() {}

    /** Looks once; empty if it is not so far yet. */
    @FunctionalInterface
    interface Look<T> {
        Optional<T> see() throws InterruptedException;
    }

    /** Looks once. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    /**
     * What was seen.
     *
     * @throws DemoFailure if it is not seen within the limit
     */
    static <T> T seeing(String what, Duration limit, Look<T> look) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<T> seen = look.see();
            if (seen.isPresent()) {
                return seen.get();
            }
            if (System.nanoTime() > end) {
                throw new DemoFailure("%s: not within %d s".formatted(what, limit.toSeconds()));
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
    }

    /** @throws DemoFailure if it does not hold within the limit */
    static void until(String what, Duration limit, Condition condition) throws InterruptedException {
        seeing(what, limit, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }
}
