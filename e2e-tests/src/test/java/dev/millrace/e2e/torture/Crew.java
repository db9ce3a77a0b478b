package dev.millrace.e2e.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Workers in threads of their own. What one of them throws reaches the test at its next look; however the test ends, they
 * end with it. For one thread.
 */
final class Crew implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Worker> workers = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();

    /** Sets it to work. */
    Future<?> start(Worker worker) {
        Future<?> run = threads.submit(worker);
        workers.add(worker);
        running.add(run);
        return run;
    }

    /** @throws ExecutionException if a worker has failed, with its failure */
    void requireWell() throws ExecutionException, InterruptedException {
        for (Future<?> run : running) {
            if (run.state() == Future.State.FAILED) {
                run.get();
            }
        }
    }

    /** Stops all workers and waits for them; the broker is gone by then, or answers. */
    @Override
    public void close() {
        workers.forEach(Worker::stop);
        threads.close();
    }
}
