package dev.millrace.broker.core;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Something that happens to the broker, in numbers that mean something whatever happened before: a sequence stays a
 * sequence when steps are left out of it.
 */
sealed interface ModelStep {
    char EVERYTHING = '*';

    /** Up to, or right before, the end of a backoff, a lock and the duplicate window. */
    int[] TO_THE_EDGE = {1, 99, 100, 199, 200, 999, 1_000, 4_999, 5_000};

    /**
     * @param key 0: none
     * @param letter the message's id begins with it, by which consumers select
     * @param again 0: a new id; else that of an earlier one
     */
    record Publish(boolean toTopic, int key, int priority, int delayMillis, int ttlMillis, char letter, int again)
            implements ModelStep {}

    /** @param letter what its consumer wants; {@value EVERYTHING}: everything */
    record Attach(int reader, int credit, boolean settled, char letter) implements ModelStep {}

    record Grant(int consumer, int credit) implements ModelStep {}

    record Drain(int consumer, int credit) implements ModelStep {}

    record Detach(int consumer) implements ModelStep {}

    /** @param delivery among those that it holds */
    record Settle(int consumer, int delivery, Settlement outcome) implements ModelStep {}

    /** Settles one that it does not hold any more. */
    record SettleLate(int consumer, int delivery) implements ModelStep {}

    record Pass(int millis) implements ModelStep {}

    record Pause(int reader, boolean paused) implements ModelStep {}

    /** @param to 0: earliest; 1: latest; else an offset */
    record Seek(int subscription, int to) implements ModelStep {}

    /** The power goes, perhaps right after a snapshot, and comes back. */
    record Restart(boolean snapshot) implements ModelStep {}

    enum Settlement {
        ACCEPTED,
        RELEASED,
        MODIFIED,
        FAILED,
        FAILED_UNTIL,
        UNDELIVERABLE,
        REJECTED;

        Outcome at(long now) {
            return switch (this) {
                case ACCEPTED -> Outcome.ACCEPTED;
                case RELEASED -> Outcome.RELEASED;
                case MODIFIED -> new Outcome.Modified(false, false, 0, "");
                case FAILED -> new Outcome.Modified(true, false, 0, "");
                case FAILED_UNTIL -> new Outcome.Modified(true, false, now + 700, "");
                case UNDELIVERABLE -> new Outcome.Modified(true, true, 0, "");
                case REJECTED -> new Outcome.Rejected("");
            };
        }
    }

    /** So many steps as a seed gives. */
    static List<ModelStep> sequence(SplittableRandom random) {
        boolean keys = random.nextBoolean();
        boolean priorities = random.nextBoolean();
        boolean selecting = random.nextInt(3) == 0;
        List<ModelStep> steps = new ArrayList<>();
        for (int i = random.nextInt(5, 70); i > 0; i--) {
            steps.add(next(random, keys, priorities, selecting));
        }
        return steps;
    }

    private static ModelStep next(SplittableRandom random, boolean keys, boolean priorities, boolean selecting) {
        int choice = random.nextInt(100);
        if (choice < 35) {
            return new Publish(
                    random.nextInt(3) == 0,
                    keys ? random.nextInt(3) : 0,
                    priorities ? random.nextInt(10) : Message.NORMAL_PRIORITY,
                    random.nextInt(5) == 0 ? random.nextInt(1, 3_000) : 0,
                    random.nextInt(6) == 0 ? random.nextInt(1, 4_000) : 0,
                    random.nextBoolean() ? 'a' : 'b',
                    random.nextInt(8) == 0 ? random.nextInt(1, 100) : 0);
        }
        if (choice < 47) {
            char letter = !selecting || random.nextBoolean() ? EVERYTHING : random.nextBoolean() ? 'a' : 'b';
            return new Attach(random.nextInt(3), random.nextInt(5), random.nextInt(8) == 0, letter);
        }
        if (choice < 57) {
            return new Grant(random.nextInt(100), random.nextInt(1, 6));
        }
        if (choice < 60) {
            return new Drain(random.nextInt(100), random.nextInt(1, 6));
        }
        if (choice < 63) {
            return new Detach(random.nextInt(100));
        }
        if (choice < 83) {
            Settlement[] all = Settlement.values();
            Settlement outcome = random.nextInt(3) == 0 ? Settlement.ACCEPTED : all[random.nextInt(all.length)];
            return new Settle(random.nextInt(100), random.nextInt(100), outcome);
        }
        if (choice < 85) {
            return new SettleLate(random.nextInt(100), random.nextInt(100));
        }
        if (choice < 94) {
            return new Pass(millis(random));
        }
        if (choice < 96) {
            return new Pause(random.nextInt(3), random.nextBoolean());
        }
        if (choice < 98) {
            return new Seek(random.nextInt(2), random.nextInt(12));
        }
        return new Restart(random.nextBoolean());
    }

    private static int millis(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1, 6_000);
            case 1 -> random.nextInt(1, 300);
            default -> TO_THE_EDGE[random.nextInt(TO_THE_EDGE.length)];
        };
    }
}
