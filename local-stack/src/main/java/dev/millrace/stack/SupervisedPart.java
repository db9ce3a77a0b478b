package dev.millrace.stack;

import dev.millrace.stack.process.ChildProcess;
import dev.millrace.stack.process.ManagedProcess;
import dev.millrace.stack.process.ProcessLedger;
import dev.millrace.stack.process.Readiness;
import dev.millrace.stack.process.RestartPolicy;
import dev.millrace.stack.process.RestartPolicy.Decision;
import dev.millrace.stack.process.StartFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that should run: whoever stops it says so here, so that any other end is known for a death and answered by
 * the {@link RestartPolicy}. A death before the part was ready for the first time is not answered: that is a failed
 * start. Thread-safe.
 */
final class SupervisedPart {
    private static final Duration RESTART_LIMIT = Duration.ofMinutes(2);

    private final Part part;
    private final ManagedProcess process;
    private final ProcessLedger ledger;
    private final RestartPolicy policy;
    private final StackListener listener;
    private final Consumer<StartFailure> onGivingUp;
    private boolean wanted;
    private boolean wasReady;

    /**
     * @param policy null: a death is nobody's business here, as in tests that kill on purpose
     * @param onGivingUp gets the sentence that says why, from another thread
     */
    SupervisedPart(
            Part part,
            ManagedProcess process,
            ProcessLedger ledger,
            RestartPolicy policy,
            StackListener listener,
            Consumer<StartFailure> onGivingUp) {
        this.part = part;
        this.process = process;
        this.ledger = ledger;
        this.policy = policy;
        this.listener = listener;
        this.onGivingUp = onGivingUp;
    }

    ManagedProcess process() {
        return process;
    }

    void startAndAwaitReady(Duration limit) throws InterruptedException {
        long before = System.nanoTime();
        synchronized (this) {
            launch();
        }
        process.awaitReady(limit);
        synchronized (this) {
            wasReady = true;
        }
        listener.ready(part, Duration.ofNanos(System.nanoTime() - before));
    }

    void stop() {
        unwant();
        process.stop();
    }

    void kill() {
        unwant();
        process.kill();
    }

    private synchronized void unwant() {
        wanted = false;
    }

    private void launch() {
        listener.starting(part);
        process.start();
        wanted = true;
        ChildProcess child = process.process();
        ledger.started(child);
        child.onExit().thenAccept(exitCode -> ended(child, exitCode));
    }

    private synchronized void ended(ChildProcess child, int exitCode) {
        if (child != process.process()) {
            return; // a newer one runs already
        }
        ledger.ended(part.id());
        if (!wanted || !wasReady || policy == null) {
            return;
        }
        switch (policy.died(Instant.now())) {
            case Decision.Restart(Duration pause) -> {
                listener.restarting(part, exitCode, pause);
                CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() ->
                                Thread.ofVirtual().name("restart-" + part.id()).start(this::restart));
            }
            case Decision.GiveUp(int deaths, Duration window) ->
                onGivingUp.accept(new StartFailure(
                        "%s died %d times within %d s, the last time with exit code %d%s: see its log lines for the reason."
                                .formatted(
                                        part.id(), deaths, window.toSeconds(), exitCode, Readiness.lastWords(child))));
        }
    }

    private void restart() {
        long before = System.nanoTime();
        try {
            synchronized (this) {
                if (!wanted) {
                    return; // stopped during the pause
                }
                launch();
            }
        } catch (StartFailure e) {
            onGivingUp.accept(e);
            return;
        }
        try {
            process.awaitReady(RESTART_LIMIT);
            listener.ready(part, Duration.ofNanos(System.nanoTime() - before));
        } catch (StartFailure e) {
            if (process.isAlive()) { // else ended() counts this death too
                onGivingUp.accept(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
