package dev.millrace.stack.process;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One running process that this one started: its output goes line by line to a sink, and it can be stopped with a limit
 * or killed. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    /** How long a process that was asked to stop may take before it is killed. */
    public static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS_LIMIT = Duration.ofSeconds(1);

    private final ProcessSpec spec;

    /** Signals go through its handle: the object's own destroy() also closes the pipe, and with it the last words. */
    private final Process process;

    private final OutputPump pump;
    private final CompletableFuture<Integer> exit;

    private ChildProcess(ProcessSpec spec, Process process, LineSink sink) {
        this.spec = spec;
        this.process = process;
        this.pump = new OutputPump(process.getInputStream(), sink);
        Thread reader = Thread.ofPlatform()
                .name("output-of-" + spec.name())
                .daemon(true)
                .start(pump);
        // Whoever hears of the death wants the last words, so wait for them first (a grandchild may hold the pipe).
        this.exit = process.onExit().thenApplyAsync(ended -> {
            joinQuietly(reader);
            return ended.exitValue();
        });
    }

    /**
     * Starts it.
     *
     * @throws StartFailure if there is no such program or it may not be executed
     */
    public static ChildProcess start(ProcessSpec spec, LineSink sink) {
        return new ChildProcess(spec, Launcher.launch(spec), sink);
    }

    /** The name from its specification. */
    public String name() {
        return spec.name();
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code (128 + n after signal n) once it has ended and its output is read. */
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /** The newest lines of its output, oldest first, at most {@value OutputPump#KEPT_LINES}. */
    public List<String> lastLines() {
        return pump.lastLines();
    }

    /**
     * Waits for its end.
     *
     * @return whether it ended within the limit
     * @throws InterruptedException if this thread is interrupted
     */
    public boolean awaitExit(Duration limit) throws InterruptedException {
        try {
            exit.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Asks it to end (SIGTERM) and kills it with all its descendants when the limit is over. Returns once it is gone. */
    public void stop(Duration limit) {
        stop(process.toHandle()::destroy, limit);
    }

    /** The same, asking with SIGINT. */
    public void interrupt(Duration limit) {
        stop(this::sendInterrupt, limit);
    }

    private void stop(Runnable request, Duration limit) {
        List<ProcessHandle> family = process.descendants().toList();
        request.run();
        try {
            if (awaitExit(limit)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // in a hurry: no more patience with the child
        }
        family.forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    /** Ends it with SIGKILL, as a crash would; its descendants are left to notice. Returns once it is gone. */
    public void kill() {
        process.toHandle().destroyForcibly();
        boolean interrupted = Thread.interrupted();
        try {
            if (!awaitExit(KILL_LIMIT)) {
                throw new IllegalStateException(name() + " (process " + pid() + ") survived SIGKILL");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@link #stop(Duration)} with {@link #STOP_LIMIT}. */
    @Override
    public void close() {
        stop(STOP_LIMIT);
    }

    private void sendInterrupt() {
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            process.toHandle().destroy(); // no kill command: SIGTERM is the next best request
        }
    }

    private static void joinQuietly(Thread reader) {
        try {
            reader.join(LAST_WORDS_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
