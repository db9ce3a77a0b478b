package dev.millrace.stack.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TogetherTest {
    @Test
    void runsTheStepsAtTheSameTime() throws InterruptedException {
        var both = new CountDownLatch(2);
        Together.Step step = () -> {
            both.countDown();
            both.await(); // would wait for ever if one came after the other
        };
        Together.run(List.of(step, step));
        assertEquals(0, both.getCount());
    }

    @Test
    void interruptsTheOthersWhenOneFailsAndThrowsItsFailure() {
        var interrupted = new AtomicBoolean();
        Together.Step patient = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        };
        Together.Step failing = () -> {
            throw new StartFailure("no water");
        };
        var failure = assertThrows(StartFailure.class, () -> Together.run(List.of(patient, failing)));
        assertEquals("no water", failure.getMessage());
        assertTrue(interrupted.get());
    }

    /** Virtual threads would: each keeps a core while it waits for a class, and there were none left for the others. */
    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void stepsThatWaitForAClassToBeInitialisedHoldUpNobodyElse() throws InterruptedException {
        var steps = new ArrayList<Together.Step>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            steps.add(() -> assertEquals(0, NeedsTheLastStep.missing()));
        }
        steps.add(LastStep.DONE::countDown);
        Together.run(steps);
    }

    private static final class NeedsTheLastStep {
        static {
            try {
                LastStep.DONE.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        static long missing() {
            return LastStep.DONE.getCount();
        }
    }

    private static final class LastStep {
        static final CountDownLatch DONE = new CountDownLatch(1);
    }
}
