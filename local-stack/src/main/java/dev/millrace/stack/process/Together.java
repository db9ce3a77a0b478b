package dev.millrace.stack.process;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/**
 * Runs steps at the same time, each on a thread of its own. Not a virtual one: of those, the ones that wait for a class
 * to be initialised keep the others from running, and two of them were enough on two cores to stop a start for ever.
 */
public final class Together {
    private Together() {}

    /** A step; it ends soon when its thread is interrupted. */
    @FunctionalInterface
    public interface Step {
        /** Does it. */
        void run() throws InterruptedException;
    }

    /**
     * Runs all of them and waits for all. When one fails the others are interrupted, and its failure is thrown at once
     * they have ended.
     *
     * @throws InterruptedException if this thread is interrupted; the steps are interrupted and awaited then, too
     */
    public static void run(List<Step> steps) throws InterruptedException {
        ThreadFactory factory = Thread.ofPlatform().name("together-", 0).factory();
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(factory)) {
            var completion = new ExecutorCompletionService<Void>(threads);
            for (Step step : steps) {
                completion.submit(asCallable(step));
            }
            try {
                for (int i = 0; i < steps.size(); i++) {
                    Future<Void> ended = completion.take();
                    ended.get();
                }
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            } catch (InterruptedException e) {
                threads.shutdownNow();
                throw e;
            }
        }
    }

    private static Callable<Void> asCallable(Step step) {
        return () -> {
            step.run();
            return null;
        };
    }
}
