package dev.millrace.stack.cli;

import java.util.concurrent.CountDownLatch;

/**
 * Turns Ctrl-C and SIGTERM into an interrupt of the thread that made this, and lets the process end only when that
 * thread has cleaned up and closed this. The exit code is 0 then: it did what it was asked for.
 */
final class StopRequest implements AutoCloseable {
    private final Thread owner;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::requested, "stop-request");
    private volatile boolean isRequested;

    private StopRequest(Thread owner) {
        this.owner = owner;
    }

    static StopRequest ofThisThread() {
        var request = new StopRequest(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(request.hook);
        return request;
    }

    boolean isRequested() {
        return isRequested;
    }

    private void requested() {
        if (closed.getCount() == 0) {
            return; // the process ends by itself
        }
        isRequested = true;
        owner.interrupt();
        try {
            closed.await(); // stopping is bounded in time, so this is
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
