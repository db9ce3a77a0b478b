package dev.millrace.stack.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

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
}
